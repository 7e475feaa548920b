import { callTRPCProcedure, getTRPCErrorFromUnknown } from "@trpc/server";
import type { CallContext } from "../../contracts/call-context.ts";
import type { ReplyNotes } from "../reply-headers.ts";
import type { ProcedureContext } from "./init.ts";
import { nexusErrorOf } from "./nexus-error-of.ts";
import type { ProcedureDeps } from "./procedure-deps.ts";
import type { DeclaredProcedure } from "./procedure-list.ts";
import { appRouter } from "./root.ts";

interface ProcedureCall {
  readonly deps: ProcedureDeps;
  readonly ctx: CallContext;
  /** As the caller wrote it: the procedure's own schema looks at it. */
  readonly input: unknown;
  /** Filled by the procedure, for the headers of the answer. */
  readonly notes?: ReplyNotes;
}

/**
 * Calls a procedure outside tRPC's own protocol, with everything that guards it there: permissions, recent sign-in, bounds of
 * text, input and output schemas. What goes wrong is a `NexusError`.
 */
export const callProcedure = async (
  { name, type }: Pick<DeclaredProcedure, "name" | "type">,
  { deps, ctx, input, notes = {} }: ProcedureCall,
): Promise<unknown> => {
  const context: ProcedureContext = { call: ctx, deps, batchSize: 1, streams: true, notes };
  try {
    const output: unknown = await callTRPCProcedure({
      router: appRouter,
      path: name,
      getRawInput: async () => input,
      ctx: context,
      type,
      signal: ctx.signal,
      batchIndex: 0,
    });
    return output;
  } catch (caught) {
    throw nexusErrorOf(getTRPCErrorFromUnknown(caught));
  }
};

import { initTRPC } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { deserialize } from "superjson";
import type { OpenApiMeta } from "trpc-to-openapi";
import type { ZodType } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { NexusPermission } from "../../contracts/operation.ts";
import { publicErrorOf } from "../encode-error.ts";
import type { ReplyNotes } from "../reply-headers.ts";
import { nexusErrorOf } from "./nexus-error-of.ts";
import type { ProcedureDeps } from "./procedure-deps.ts";

/** What a procedure is given. */
export interface ProcedureContext {
  readonly call: CallContext;
  readonly deps: ProcedureDeps;
  /** Calls that came in the same request. */
  readonly batchSize: number;
  /** The door can hand over an answer while it is being made. */
  readonly streams: boolean;
  readonly notes: ReplyNotes;
}

/** Where the REST door answers a procedure. */
export interface RestRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: `/api/${string}`;
}

type OpenApiFacts = NonNullable<OpenApiMeta["openapi"]>;

/** What every procedure declares about itself; a type alias, because tRPC's metadata is an open record. */
export type ProcedureMeta = {
  /** Any one of them. */
  readonly permissions: readonly NexusPermission[];
  readonly summary: string;
  readonly rest: RestRoute;
  readonly maxBodyBytes: number;
  /** What it makes outlives the caller's token: a person needs a recent sign-in. */
  readonly lasting: boolean | undefined;
  /** Money leaves: travels alone, never in a batch. */
  readonly metered: boolean;
  /** The answer is an async iterable. */
  readonly streaming: boolean;
  /** What the iterable yields, one after the other. */
  readonly part?: ZodType | undefined;
  /** The same facts for the OpenAPI document; streams are described by hand. */
  readonly openapi: OpenApiFacts;
};

const asItIs = (value: unknown): unknown => value;

/**
 * Callers send plain JSON: nothing they write becomes a RegExp, Map or Date. Answers are in superjson's envelope, which
 * for JSON-plain contracts is the value itself: superjson's own walk takes seconds over the vectors of a large embedding.
 */
export const transformer = {
  input: { serialize: asItIs, deserialize: asItIs },
  output: { serialize: (json: unknown): { json: unknown } => ({ json }), deserialize },
};

export const t = initTRPC
  .context<ProcedureContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer,
    isDev: false,
    isServer: true,
    jsonl: { pingMs: 15_000 },
    errorFormatter: ({ shape, error, ctx }) => {
      const nexusError = nexusErrorOf(error);
      const { code } = nexusError;
      const nexus = { ...publicErrorOf(nexusError, ctx?.call.requestId ?? ""), code };
      const { trpc, http } = nexusError;
      return {
        message: nexus.message,
        code: TRPC_ERROR_CODES_BY_KEY[trpc],
        data: { code: trpc, httpStatus: http, path: shape.data.path, nexus },
      };
    },
  });

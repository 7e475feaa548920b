import type { Operation, TRPCLink, TRPCProcedureOptions } from "@trpc/client";
import { isMetered } from "./operation-kind.ts";
import type { AppRouter } from "./router.ts";

const contextKey = "idempotencyKey";

/**
 * Options of a metered call with an idempotency key of your own: the same key and input are answered, and paid for,
 * once within 24 hours. Without it the client makes a key for each call, which protects its own retries.
 *
 * @example
 * await nexus.ai.generateText.mutate(input, withIdempotencyKey(`summary-${documentId}`));
 */
export const withIdempotencyKey = (key: string, options: TRPCProcedureOptions = {}): TRPCProcedureOptions => ({
  ...options,
  context: { ...options.context, [contextKey]: key },
});

export const sentIdempotencyKey = ({ context }: Pick<Operation, "context">): string | undefined => {
  const key = context[contextKey];
  return typeof key === "string" ? key : undefined;
};

/** Gives every metered call a key before it can be tried twice. */
export const idempotencyLink =
  (): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    isMetered(op) && sentIdempotencyKey(op) === undefined
      ? next({ ...op, context: { ...op.context, [contextKey]: globalThis.crypto.randomUUID() } })
      : next(op);

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { NexusPermission } from "../../contracts/operation.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { idempotencyKeyOf, selectOperationOfKey } from "../idempotency/index.ts";
import { getOperation, type GetOperationOutput } from "./get-operation.ts";
import type { OperationsDeps } from "./operations-deps.ts";

/** Input of `findOperation`. */
export const FindOperationInput = z.strictObject({
  operation: z
    .string()
    .regex(/^[a-z]+(?:\.[a-zA-Z]+){1,3}$/)
    .describe("What was called, for example payments.order.create"),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .describe("The idempotency key of the call"),
});
export type FindOperationInput = z.input<typeof FindOperationInput>;

/** A key finds what its own caller did: whoever may do that may ask. */
export const findPermissions: readonly NexusPermission[] = [
  "srv_nexus.usage:read",
  "srv_nexus.payments:read",
  "srv_nexus.email:read",
];

/** The operation that the caller made with an idempotency key; the latest, where it went on to another vendor. */
export const findOperation = async (
  deps: OperationsDeps,
  ctx: CallContext,
  input: FindOperationInput,
): Promise<GetOperationOutput> => {
  const { operation, key } = parseInput(FindOperationInput, input);
  let found = await selectOperationOfKey(deps.db.pool, idempotencyKeyOf(ctx, operation, key));
  for (let next = found; next !== undefined;) {
    found = next;
    next = await selectOperationOfKey(deps.db.pool, idempotencyKeyOf(ctx, operation, key, found));
  }
  if (found === undefined)
    throw new NexusError("NOT_FOUND", { message: "You have made no call of this operation with this key." });
  return getOperation(deps, ctx, { operationId: found });
};

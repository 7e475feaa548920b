import { createHash } from "node:crypto";
import type { CallContext } from "../../contracts/call-context.ts";

/**
 * The name under which the ledger remembers a caller's key: it means something only within organization, app and
 * operation. The second and later holds of one call (`after` is the one before) have names of their own, so that a
 * repeat finds the hold that was answered.
 */
export const idempotencyKeyOf = (
  { organizationId, appId }: Pick<CallContext, "organizationId" | "appId">,
  operation: string,
  key: string,
  after?: string,
): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([organizationId, appId ?? null, operation, key, ...(after === undefined ? [] : [after])]))
    .digest();

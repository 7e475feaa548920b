import { createHash } from "node:crypto";
import type { CallContext } from "../../contracts/call-context.ts";

/** The name under which the ledger remembers a caller's key: it means something only within organization, app and operation. */
export const idempotencyKeyOf = (
  { organizationId, appId }: Pick<CallContext, "organizationId" | "appId">,
  operation: string,
  key: string,
): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([organizationId, appId ?? null, operation, key]))
    .digest();

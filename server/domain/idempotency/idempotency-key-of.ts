import { createHash } from "node:crypto";
import type { CallActor, CallContext } from "../../contracts/call-context.ts";

/** Whose key it is: a person across sessions, a key, or a token together with the person it acts for. */
const whoseKey = (actor: CallActor): readonly (string | null)[] => {
  switch (actor.kind) {
    case "user":
      return [actor.kind, actor.userId];
    case "api_key":
      return [actor.kind, actor.keyId];
    case "service":
      return [actor.kind, actor.tokenId, actor.userId ?? null];
  }
};

/**
 * The name under which the ledger remembers a caller's key: it means something only within organization, app, operation
 * and for whoever sent it, so that nobody is given an answer that was made for somebody else. The second and later holds
 * of one call (`after` is the one before) have names of their own, so that a repeat finds the hold that was answered.
 */
export const idempotencyKeyOf = (
  { organizationId, appId, actor }: Pick<CallContext, "organizationId" | "appId" | "actor">,
  operation: string,
  key: string,
  after?: string,
): Buffer =>
  createHash("sha256")
    .update(
      JSON.stringify([
        organizationId,
        appId ?? null,
        whoseKey(actor),
        operation,
        key,
        ...(after === undefined ? [] : [after]),
      ]),
    )
    .digest();

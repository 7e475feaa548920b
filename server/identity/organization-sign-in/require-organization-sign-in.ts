import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { findEnforced } from "./store.ts";

/**
 * Whoever's organization asks for its own sign-in gets in by no other way. Owners do, so that a broken provider does not
 * lock everyone out; it is recorded, and the owners hear of it.
 */
export const requireOrganizationSignIn = async (
  { context, request }: HttpExchange,
  userId: string,
  through: string | undefined,
): Promise<void> => {
  const enforced = await findEnforced(context.db, userId);
  if (!enforced || enforced.organization_id === through) return;
  const isOwner = enforced.role === "owner";
  await recordAudit(
    context.db.pool,
    {
      actorType: "user",
      actorId: userId,
      organizationId: enforced.organization_id,
      action: isOwner ? "organization-sign-in.break-glass" : "organization-sign-in.bypass",
      target: userId,
      outcome: isOwner ? "success" : "denied",
      ip: request.ip,
      requestId: request.requestId,
    },
    new Date(context.clock.now()),
  );
  if (!isOwner) throw new AuthError("organization_sign_in_required");
};

import type { Pool, PoolClient } from "pg";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { findEnforced } from "./store.ts";

interface PassedBy {
  readonly organizationId: string;
  readonly userId: string;
  readonly outcome: "success" | "denied";
}

const record = (
  { context, request }: HttpExchange,
  client: Pool | PoolClient,
  { organizationId, userId, outcome }: PassedBy,
): Promise<void> =>
  recordAudit(
    client,
    {
      actorType: "user",
      actorId: userId,
      organizationId,
      action: outcome === "success" ? "organization-sign-in.break-glass" : "organization-sign-in.bypass",
      target: userId,
      outcome,
      ip: request.ip,
      requestId: request.requestId,
    },
    new Date(context.clock.now()),
  );

/**
 * Whoever's organization asks for its own sign-in gets in by no other way. Owners do, so that a broken provider does not
 * lock everyone out. Returns what records it with the session that is opened; the owners hear of it.
 */
export const requireOrganizationSignIn = async (
  exchange: HttpExchange,
  userId: string,
  through: string | undefined,
): Promise<(client: PoolClient) => Promise<void>> => {
  const enforced = await findEnforced(exchange.context.db, userId);
  if (!enforced || enforced.organization_id === through) return () => Promise.resolve();
  const { organization_id: organizationId, role } = enforced;
  if (role === "owner") return (client) => record(exchange, client, { organizationId, userId, outcome: "success" });
  await record(exchange, exchange.context.db.pool, { organizationId, userId, outcome: "denied" });
  throw new AuthError("organization_sign_in_required");
};

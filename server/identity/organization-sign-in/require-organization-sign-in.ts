import type { Pool, PoolClient } from "pg";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { findEnforced, type EnforcedRow } from "./store.ts";

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

/** The organization that has not signed the person in, though it asks for that. */
const findPassedBy = async (
  client: Pool | PoolClient,
  userId: string,
  through: string | undefined,
): Promise<EnforcedRow | undefined> => {
  const enforced = await findEnforced(client, userId);
  return enforced?.organization_id === through ? undefined : enforced;
};

/**
 * Whoever's organization asks for its own sign-in gets in by no other way. Owners do, so that a broken provider does not
 * lock everyone out. Returns what looks again in the transaction of the session, with the account held, and records an
 * owner's way in; the owners hear of it.
 */
export const requireOrganizationSignIn = async (
  exchange: HttpExchange,
  userId: string,
  through: string | undefined,
): Promise<(client: PoolClient) => Promise<void>> => {
  const { pool } = exchange.context.db;
  const passed = await findPassedBy(pool, userId, through);
  if (passed && passed.role !== "owner") {
    await record(exchange, pool, { organizationId: passed.organization_id, userId, outcome: "denied" });
    throw new AuthError("organization_sign_in_required");
  }
  return async (client) => {
    const still = await findPassedBy(client, userId, through);
    if (!still) return;
    if (still.role !== "owner") throw new AuthError("organization_sign_in_required");
    await record(exchange, client, { organizationId: still.organization_id, userId, outcome: "success" });
  };
};

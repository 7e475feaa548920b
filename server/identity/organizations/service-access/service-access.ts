import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf, auditActor } from "../actor.ts";
import { mayAdminister } from "../authority.ts";
import { administer, findOrganization } from "../store.ts";
import { findServiceAccess, listServiceAccess, putServiceAccess, type ServiceAccessRow } from "./store.ts";

const answerOf = (row: ServiceAccessRow, now: number) => ({
  serviceId: row.service_id,
  serviceName: row.service_name,
  enabled: row.enabled,
  live: row.enabled && (row.expires_at === null || row.expires_at.getTime() > now),
  grantedBy: row.granted_by,
  grantedAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
});

/** Which services the organization may use: the ceiling of all its people's permissions. */
export const readServiceAccess = async ({
  context,
  params,
  caller,
}: HttpExchange & Params & { readonly caller: Caller }): Promise<HttpAnswer> => {
  const organizationId = params.id ?? "";
  if (!mayAdminister(actorOf(caller), organizationId)) throw new AuthError("forbidden");
  if (!(await findOrganization(context.db, { id: organizationId }))) throw new AuthError("organization_not_found");
  const rows = await listServiceAccess(context.db, organizationId);
  return okAnswer({ organizationId, services: rows.map((row) => answerOf(row, context.clock.now())) });
};

export const PutServiceAccessInput = z.strictObject({
  enabled: z.boolean(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe("When the grant ends; platform operators alone"),
});
export type PutServiceAccessInput = z.infer<typeof PutServiceAccessInput>;

/** Platform operators grant a service; an owner may take it away from their own organization, not take it back. */
export const changeServiceAccess = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: PutServiceAccessInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const { id: organizationId = "", serviceId = "" } = params;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  const expiresAt = input.expiresAt === undefined || input.expiresAt === null ? null : new Date(input.expiresAt);
  const { services } = await context.catalogues.recent();
  const row = await administer(context.db, { organizationId, session: caller.session }, async ({ client, actor }) => {
    if (!actor.platformBypass && (actor.role !== "owner" || input.enabled || expiresAt !== null))
      throw new AuthError("forbidden");
    const present = await findServiceAccess(client, organizationId, serviceId);
    if (!services.has(serviceId) || (!present && !actor.platformBypass)) throw new AuthError("service_not_found");
    if (input.enabled && expiresAt !== null && expiresAt <= now)
      throw new AuthError("invalid_request", { issues: [{ field: "expiresAt", expected: "a time in the future" }] });
    const kept = input.expiresAt === undefined ? (present?.expires_at ?? null) : expiresAt;
    await putServiceAccess(client, { organizationId, serviceId, enabled: input.enabled, expiresAt: kept }, by, now);
    return findServiceAccess(client, organizationId, serviceId);
  });
  if (!row) throw new AuthError("internal");
  return okAnswer(answerOf(row, now.getTime()));
};

import { isRole } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf } from "../../organizations/actor.ts";
import { mayActOn, mayAdminister, standingRole } from "../../organizations/authority.ts";
import { findOrganization } from "../../organizations/store.ts";
import { listOrganizationSessionRows } from "./sessions/store.ts";

export const OrganizationSessionsQuery = z.strictObject({
  search: z.string().trim().min(1).max(100).optional().describe("Part of the person's e-mail address or name"),
  after: z
    .string()
    .regex(/^ses_[a-z0-9_]{1,60}$/)
    .optional()
    .describe("`nextAfter` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type OrganizationSessionsQuery = z.infer<typeof OrganizationSessionsQuery>;

/** Where the organization's people are signed in to it, newest first. */
export const listOrganizationSessions = async ({
  context,
  params,
  caller,
  input: { search, after, limit },
}: HttpExchange &
  Params & { readonly caller: Caller; readonly input: OrganizationSessionsQuery }): Promise<HttpAnswer> => {
  const organizationId = params.id ?? "";
  const actor = actorOf(caller);
  if (!mayAdminister(actor, organizationId)) throw new AuthError("forbidden");
  const organization = await findOrganization(context.db, { id: organizationId });
  if (!organization) throw new AuthError("organization_not_found");
  const now = new Date(context.clock.now());
  const rows = await listOrganizationSessionRows(context.db, { organizationId, search, after, limit, now });
  return okAnswer({
    organizationId,
    sessions: rows.map((row) => {
      const role = isRole(row.role) ? row.role : "guest";
      return {
        id: row.id,
        user: { id: row.user_id, name: row.name, email: row.email, role },
        current: row.id === caller.session.sessionId,
        mayEnd: mayActOn(actor, standingRole(role, organization.kind)),
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        ip: row.ip,
        userAgent: row.user_agent,
        amr: row.amr,
      };
    }),
    nextAfter: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  });
};

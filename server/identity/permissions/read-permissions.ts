import { isRole } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import { actorOf } from "../organizations/actor.ts";
import { isPlatformBypass, mayActOn, mayAdminister, standingRole } from "../organizations/authority.ts";
import { explainPermissions } from "./explain.ts";
import { grantTarget, type GrantTarget } from "./grants/grant-target.ts";
import { mayHoldPermissions } from "./may-hold-permissions.ts";
import { findSubject, loadStatedGrants } from "./grants/store.ts";

/** Which organization is meant: the one asked for, else the active one. */
export const OfOrganizationQuery = z.strictObject({
  organizationId: z
    .string()
    .regex(/^org_[a-z0-9_]{1,60}$/)
    .optional()
    .describe("The active one unless said otherwise"),
});
export type OfOrganizationQuery = z.infer<typeof OfOrganizationQuery>;

/** The body of the inspection: what a person may do in an organization and where each permission comes from. */
const permissionsBody = async (context: IdentityContext, organizationId: string, userId: string) => {
  const subject = await findSubject(context.db, organizationId, userId);
  if (!subject) return undefined;
  const role = isRole(subject.role) ? subject.role : "guest";
  const statuses = [subject.user_status, subject.membership_status, subject.organization_status];
  const active =
    statuses.every((status) => status === "active") &&
    mayHoldPermissions({ principalType: subject.user_principal_type, emailVerified: subject.user_verified });
  const platformBypass = active && isPlatformBypass(role, subject.organization_kind);
  const explained = explainPermissions({
    catalogue: await context.catalogues.recent(),
    role,
    bypass: platformBypass,
    active,
    grants: await loadStatedGrants(context.db.pool, organizationId, userId),
    now: new Date(context.clock.now()),
  });
  return {
    userId,
    organizationId,
    role,
    standing: standingRole(role, subject.organization_kind),
    platformBypass,
    active,
    ...explained,
  };
};

/** What a member is given now, as returned after a change. */
export const permissionsAnswer = async (
  context: IdentityContext,
  { organizationId, userId }: GrantTarget,
): Promise<HttpAnswer> => {
  const body = await permissionsBody(context, organizationId, userId);
  if (!body) throw new AuthError("member_not_found");
  const { standing: _, ...shown } = body;
  return okAnswer(shown);
};

/** A person's own, or those of someone of no higher rank in the organization one administers. */
export const readUserPermissions = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: OfOrganizationQuery },
): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const actor = actorOf(caller);
  const { organizationId, userId } = grantTarget(exchange);
  const isSelf = userId === actor.userId;
  if (!isSelf && !mayAdminister(actor, organizationId)) throw new AuthError("forbidden");
  const body = await permissionsBody(context, organizationId, userId);
  // Whether a person of another organization exists is nobody's business but the operators'.
  if (!body) throw new AuthError(actor.platformBypass ? "member_not_found" : "forbidden");
  const { standing, ...shown } = body;
  if (!isSelf && !mayActOn(actor, standing)) throw new AuthError("forbidden");
  return okAnswer(shown);
};

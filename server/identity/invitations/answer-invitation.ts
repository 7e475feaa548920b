import { isRole } from "@topolo/auth-client";
import { z } from "zod";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { adoptMember } from "../directory/adopt-member.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { linkToken } from "../links/link-token.ts";
import { auditActor } from "../organizations/actor.ts";
import { mayAdminister, mayGrant } from "../organizations/authority.ts";
import { insertMember } from "../organizations/members/store.ts";
import { standingTowards } from "../organizations/store.ts";
import { answerInvitation, findInvitationByToken, listOwnInvitationRows, type AnsweredInvitation } from "./store.ts";

export const InvitationTokenInput = z.strictObject({ token: linkToken });
export type InvitationTokenInput = z.infer<typeof InvitationTokenInput>;

type Token = { readonly input: InvitationTokenInput };

/** What the holder of a link is invited to. */
export const previewInvitation = async ({ context, input }: HttpExchange & Token): Promise<HttpAnswer> => {
  const found = await findInvitationByToken(context.db, sha256(input.token), new Date(context.clock.now()));
  if (!found) throw new AuthError("link_invalid");
  return okAnswer({
    organization: { id: found.organization_id, name: found.organization_name, slug: found.organization_slug },
    role: found.role,
    email: found.email,
    inviter: found.inviter_name,
    accountExists: found.account_exists,
    expiresAt: found.expires_at.toISOString(),
  });
};

interface ByPerson extends HttpExchange {
  readonly caller: Caller;
}

/** Joins the organization, once, with the account that was invited, while the inviter may still give the role. */
const join = async (exchange: ByPerson, answered: AnsweredInvitation): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const { user } = caller.session;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  const joined = await answerInvitation(
    context.db,
    { answered, status: "accepted", now },
    async ({ client, invitation, organization }) => {
      const isOwn = invitation.user_id === null ? invitation.email === user.email : invitation.user_id === user.id;
      if (!isOwn) throw new AuthError("account_mismatch");
      if (!user.emailVerified) throw new AuthError("email_unverified");
      const inviter = await standingTowards(client, invitation.invited_by, organization.id);
      const role = isRole(invitation.role) ? invitation.role : undefined;
      if (!inviter || !role || !mayAdminister(inviter, organization.id) || !mayGrant(inviter, role, organization.kind))
        throw new AuthError("link_invalid");
      const outcome = await insertMember(
        { client, organization },
        { userId: user.id, role, grantedBy: inviter.userId },
        now,
      );
      if (outcome === "already") throw new AuthError("already_member");
      if (outcome === "unknown") throw new AuthError("account_suspended");
      const event = { ...by, organizationId: organization.id, details: { role, invitedBy: inviter.userId } };
      await recordAudit(client, { ...event, action: "invitation.accept", target: invitation.id }, now);
      await recordAudit(client, { ...event, action: "member.add", target: user.id }, now);
      await adoptMember(client, { organizationId: organization.id, userId: user.id, email: user.email, by, now });
      return organization.id;
    },
  );
  if (joined === undefined) throw new AuthError("tokenHash" in answered ? "link_invalid" : "invitation_not_found");
  context.outbox.flush();
  return okAnswer({ organizationId: joined });
};

const decline = async (
  { context, request }: HttpExchange,
  answered: AnsweredInvitation,
  by: Pick<AuthAuditEvent, "actorType" | "actorId">,
): Promise<HttpAnswer> => {
  const now = new Date(context.clock.now());
  const declined = await answerInvitation(
    context.db,
    { answered, status: "declined", now },
    async ({ client, invitation, organization }) => {
      const event = { ...by, ip: request.ip, requestId: request.requestId };
      await recordAudit(
        client,
        { ...event, organizationId: organization.id, action: "invitation.decline", target: invitation.id },
        now,
      );
      return true;
    },
  );
  if (declined === undefined) throw new AuthError("tokenHash" in answered ? "link_invalid" : "invitation_not_found");
  return okAnswer({ declined: true });
};

export const acceptInvitation = (exchange: ByPerson & Token): Promise<HttpAnswer> =>
  join(exchange, { tokenHash: sha256(exchange.input.token) });

/** Declines the invitation; anyone with the link may. */
export const declineInvitation = (exchange: HttpExchange & Token): Promise<HttpAnswer> =>
  decline(exchange, { tokenHash: sha256(exchange.input.token) }, { actorType: "anonymous" });

const ownOf = ({ params, caller }: ByPerson & Params): AnsweredInvitation => {
  const { id: userId, email } = caller.session.user;
  return { id: params.invitationId ?? "", person: { userId, email } };
};

/** What the person is invited to, by address or by id; an address that is not verified may be somebody else's. */
export const listOwnInvitations = async ({ context, caller }: ByPerson): Promise<HttpAnswer> => {
  const { id: userId, email, emailVerified } = caller.session.user;
  const now = new Date(context.clock.now());
  const rows = emailVerified ? await listOwnInvitationRows(context.db, { userId, email }, now) : [];
  return okAnswer({
    invitations: rows.map((row) => ({
      id: row.id,
      organization: { id: row.organization_id, name: row.organization_name, slug: row.organization_slug },
      role: row.role,
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
    })),
  });
};

export const acceptOwnInvitation = (exchange: ByPerson & Params): Promise<HttpAnswer> =>
  join(exchange, ownOf(exchange));

/** Declines it; an address that is not verified declines nothing in its owner's name. */
export const declineOwnInvitation = async (exchange: ByPerson & Params): Promise<HttpAnswer> => {
  const { user } = exchange.caller.session;
  if (!user.emailVerified) throw new AuthError("email_unverified");
  return decline(exchange, ownOf(exchange), { actorType: "user", actorId: user.id });
};

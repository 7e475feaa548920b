import { isRole } from "@topolo/auth-client";
import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { adoptMember } from "../directory/adopt-member.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { linkToken } from "../links/link-token.ts";
import { auditActor } from "../organizations/actor.ts";
import { mayAdminister, mayGrant } from "../organizations/authority.ts";
import { insertMember } from "../organizations/members/store.ts";
import { standingTowards } from "../organizations/store.ts";
import { answerInvitation, findInvitationByToken } from "./store.ts";

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

/** Joins the organization, once, with the account of the invited address, while the inviter may still give the role. */
export const acceptInvitation = async (
  exchange: HttpExchange & Token & { readonly caller: Caller },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const { user } = caller.session;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  const joined = await answerInvitation(
    context.db,
    { tokenHash: sha256(input.token), status: "accepted", now },
    async ({ client, invitation, organization }) => {
      if (invitation.email !== user.email) throw new AuthError("account_mismatch");
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
      const event = { ...by, organizationId: organization.id, action: "invitation.accept", target: invitation.id };
      await recordAudit(client, { ...event, details: { role, invitedBy: inviter.userId } }, now);
      await adoptMember(client, { organizationId: organization.id, userId: user.id, email: user.email, by, now });
      return organization.id;
    },
  );
  if (joined === undefined) throw new AuthError("link_invalid");
  return okAnswer({ organizationId: joined });
};

/** Declines the invitation; anyone with the link may. */
export const declineInvitation = async ({ context, request, input }: HttpExchange & Token): Promise<HttpAnswer> => {
  const now = new Date(context.clock.now());
  const declined = await answerInvitation(
    context.db,
    { tokenHash: sha256(input.token), status: "declined", now },
    async ({ client, invitation, organization }) => {
      const event = { actorType: "anonymous", ip: request.ip, requestId: request.requestId } as const;
      await recordAudit(
        client,
        { ...event, organizationId: organization.id, action: "invitation.decline", target: invitation.id },
        now,
      );
      return true;
    },
  );
  if (declined === undefined) throw new AuthError("link_invalid");
  return okAnswer({ declined: true });
};

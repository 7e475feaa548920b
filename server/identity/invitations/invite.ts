import { isRole, roles } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { actorOf, auditActor } from "../organizations/actor.ts";
import { mayAdminister, mayGrant } from "../organizations/authority.ts";
import { administer } from "../organizations/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { invitationAnswer } from "./invitation-answer.ts";
import { makeInvitation, type ByInviter } from "./make-invitation.ts";
import { findPendingInvitation, listInvitationRows, revokeInvitation } from "./store.ts";

export const InviteInput = z.strictObject({ email: emailAddress, role: z.enum(roles) });
export type InviteInput = z.infer<typeof InviteInput>;

/** Invites an address. The link goes by mail alone and is shown to nobody else. */
export const invite = async (exchange: ByInviter & { readonly input: InviteInput }): Promise<HttpAnswer> =>
  makeInvitation(exchange, { role: exchange.input.role, to: { email: exchange.input.email } });

export const ListInvitationsQuery = z.strictObject({
  status: z.enum(["pending", "accepted", "declined", "revoked"]).default("pending"),
  after: z
    .string()
    .regex(/^inv_[a-z0-9]{1,60}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListInvitationsQuery = z.infer<typeof ListInvitationsQuery>;

export const listInvitations = async ({
  context,
  params,
  caller,
  input,
}: ByInviter & { readonly input: ListInvitationsQuery }): Promise<HttpAnswer> => {
  const organizationId = params.id ?? "";
  if (!mayAdminister(actorOf(caller), organizationId)) throw new AuthError("forbidden");
  const rows = await listInvitationRows(context.db, { organizationId, after: undefined, ...input });
  return okAnswer({
    invitations: rows.map((row) => invitationAnswer(row, context.clock.now())),
    nextAfter: rows.length === input.limit ? (rows.at(-1)?.id ?? null) : null,
  });
};

/** Takes an open invitation back, within the roles the actor could give. */
export const withdrawInvitation = async (exchange: ByInviter): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const { id: organizationId = "", invitationId = "" } = params;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  await administer(context.db, { organizationId, session: caller.session }, async ({ client, organization, actor }) => {
    const invitation = await findPendingInvitation(client, organizationId, invitationId);
    if (!invitation) throw new AuthError("invitation_not_found");
    const role = isRole(invitation.role) ? invitation.role : "guest";
    if (!mayGrant(actor, role, organization.kind)) throw new AuthError("role_not_grantable");
    await revokeInvitation(client, invitation, by, now);
  });
  return okAnswer({ id: invitationId, revoked: true });
};

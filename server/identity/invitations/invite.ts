import { isRole, roles } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import { reserveAttempt } from "../limits/store.ts";
import { linkTo } from "../links/link-token.ts";
import { actorOf, auditActor } from "../organizations/actor.ts";
import { mayAdminister, mayGrant } from "../organizations/authority.ts";
import { administer } from "../organizations/store.ts";
import { emailAddress } from "../users/email-address.ts";
import { invitationAnswer } from "./invitation-answer.ts";
import { invitationEmail } from "./invitation-email.ts";
import {
  countPending,
  findPendingInvitation,
  insertInvitation,
  isMemberByEmail,
  listInvitationRows,
  revokeInvitation,
} from "./store.ts";

interface OfOrganization extends HttpExchange, Params {
  readonly caller: Caller;
}

export const InviteInput = z.strictObject({ email: emailAddress, role: z.enum(roles) });
export type InviteInput = z.infer<typeof InviteInput>;

/** How long an invitation can be answered. */
export const invitationMs = 7 * 24 * 3_600_000;

const perAddress = { limit: 10, blockMs: 3_600_000 };

/** Few e-mails an hour to one address, from all inviters together. Counted only for callers who may invite. */
export const limitPerInvited = async (
  { db, clock }: Pick<IdentityContext, "db" | "clock">,
  email: string,
): Promise<void> => {
  const key = `invite:${sha256(email).toString("hex")}`;
  const retryAfterMs = await reserveAttempt(db, { key, ...perAddress, now: new Date(clock.now()) });
  if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
};

/** Invites an address. The link goes by mail alone and is shown to nobody else. */
export const invite = async (exchange: OfOrganization & { readonly input: InviteInput }): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const { outbox, issuer } = context;
  const organizationId = params.id ?? "";
  if (!mayAdminister(actorOf(caller), organizationId)) throw new AuthError("forbidden");
  await limitPerInvited(context, input.email);
  const secret = randomSecret();
  const now = new Date(context.clock.now());
  const expiresAt = new Date(now.getTime() + invitationMs);
  const by = auditActor(exchange, caller);
  const made = await administer(
    context.db,
    { organizationId, sessionId: caller.session.sessionId },
    async ({ client, organization, actor }) => {
      if (!mayGrant(actor, input.role, organization.kind)) throw new AuthError("role_not_grantable");
      if (!outbox.enabled) throw new AuthError("mail_unavailable");
      if (await isMemberByEmail(client, organizationId, input.email)) throw new AuthError("already_member");
      const limit = context.limits.pendingInvitations;
      if ((await countPending(client, organizationId, now, input.email)) >= limit)
        throw new AuthError("too_many_invitations", { limit });
      const invitation = await insertInvitation(
        client,
        {
          organizationId,
          email: input.email,
          role: input.role,
          tokenHash: sha256(secret),
          invitedBy: actor.userId,
          expiresAt,
        },
        by,
        now,
      );
      const template = invitationEmail(organization.name, input.role, linkTo(issuer, "/accept-invitation", secret));
      await outbox.put(client, { kind: "organization.invitation", to: input.email, template, expiresAt });
      return invitation;
    },
  );
  outbox.flush();
  if (!made) throw new AuthError("internal");
  return { status: 201, json: invitationAnswer(made, now.getTime()) };
};

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
}: OfOrganization & { readonly input: ListInvitationsQuery }): Promise<HttpAnswer> => {
  const organizationId = params.id ?? "";
  if (!mayAdminister(actorOf(caller), organizationId)) throw new AuthError("forbidden");
  const rows = await listInvitationRows(context.db, { organizationId, after: undefined, ...input });
  return okAnswer({
    invitations: rows.map((row) => invitationAnswer(row, context.clock.now())),
    nextAfter: rows.length === input.limit ? (rows.at(-1)?.id ?? null) : null,
  });
};

/** Takes an open invitation back, within the roles the actor could give. */
export const withdrawInvitation = async (exchange: OfOrganization): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const { id: organizationId = "", invitationId = "" } = params;
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  await administer(
    context.db,
    { organizationId, sessionId: caller.session.sessionId },
    async ({ client, organization, actor }) => {
      const invitation = await findPendingInvitation(client, organizationId, invitationId);
      if (!invitation) throw new AuthError("invitation_not_found");
      const role = isRole(invitation.role) ? invitation.role : "guest";
      if (!mayGrant(actor, role, organization.kind)) throw new AuthError("role_not_grantable");
      await revokeInvitation(client, invitation, by, now);
    },
  );
  return okAnswer({ id: invitationId, revoked: true });
};

import type { Role } from "@topolo/auth-client";
import type { PoolClient } from "pg";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import { reserveAttempt } from "../limits/store.ts";
import { linkTo } from "../links/link-token.ts";
import { actorOf, auditActor } from "../organizations/actor.ts";
import { mayAdminister, mayGrant } from "../organizations/authority.ts";
import { administer } from "../organizations/store.ts";
import { invitationAnswer } from "./invitation-answer.ts";
import { invitationEmail } from "./invitation-email.ts";
import { countPending, findInvitable, insertInvitation, isMemberByEmail } from "./store.ts";

export interface ByInviter extends HttpExchange, Params {
  readonly caller: Caller;
}

interface MakeInvitation {
  readonly role: Role;
  readonly to: { readonly email: string } | { readonly userId: string };
}

/** How long an invitation can be answered. */
export const invitationMs = 7 * 24 * 3_600_000;

const hourMs = 3_600_000;
const perInvited = 10;

/**
 * Few invitations an hour to one person, from all inviters together, and no more from one inviter than people write: the
 * names of organizations are anybody's words. Counted only for callers who may invite.
 */
export const limitInvitations = async (
  { db, clock, limits }: Pick<IdentityContext, "db" | "clock" | "limits">,
  { to, by }: { readonly to: string; readonly by: string },
): Promise<void> => {
  const now = new Date(clock.now());
  for (const [key, limit] of [
    [`inviter:${by}`, limits.invitationsPerPerson],
    [`invite:${sha256(to).toString("hex")}`, perInvited],
  ] as const) {
    const retryAfterMs = await reserveAttempt(db, { key, limit, blockMs: hourMs, now });
    if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
  }
};

const addressOf = async (client: PoolClient, to: MakeInvitation["to"]): Promise<string> => {
  if ("email" in to) return to.email;
  const found = await findInvitable(client, to.userId);
  if (!found) throw new AuthError("user_not_found");
  return found.email;
};

/**
 * Invites a person, by address or by id: nobody becomes a member without having said yes. Where it was by id, the person
 * finds the invitation in the account as well, and the organization does not learn the address.
 */
export const makeInvitation = async (exchange: ByInviter, { role, to }: MakeInvitation): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const { outbox, issuer } = context;
  const organizationId = params.id ?? "";
  if (!mayAdminister(actorOf(caller), organizationId)) throw new AuthError("forbidden");
  await limitInvitations(context, { to: "email" in to ? to.email : to.userId, by: caller.session.user.id });
  const secret = randomSecret();
  const now = new Date(context.clock.now());
  const expiresAt = new Date(now.getTime() + invitationMs);
  const by = auditActor(exchange, caller);
  const made = await administer(
    context.db,
    { organizationId, session: caller.session },
    async ({ client, organization, actor }) => {
      if (!mayGrant(actor, role, organization.kind)) throw new AuthError("role_not_grantable");
      if ("email" in to && !outbox.enabled) throw new AuthError("mail_unavailable");
      const email = await addressOf(client, to);
      if (await isMemberByEmail(client, organizationId, email)) throw new AuthError("already_member");
      const limit = context.limits.pendingInvitations;
      if ((await countPending(client, organizationId, now, email)) >= limit)
        throw new AuthError("too_many_invitations", { limit });
      const userId = "userId" in to ? to.userId : undefined;
      const invitation = await insertInvitation(
        client,
        { organizationId, email, userId, role, tokenHash: sha256(secret), invitedBy: actor.userId, expiresAt },
        by,
        now,
      );
      const template = invitationEmail(organization.name, role, linkTo(issuer, "/accept-invitation", secret));
      await outbox.put(client, { kind: "organization.invitation", to: email, template, expiresAt });
      return invitation;
    },
  );
  outbox.flush();
  if (!made) throw new AuthError("internal");
  return { status: 201, json: invitationAnswer(made, now.getTime()) };
};

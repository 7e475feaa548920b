import { recordAudit } from "../../../audit/store.ts";
import { AuthError } from "../../../auth-error.ts";
import { sha256 } from "../../../crypto/digest.ts";
import { randomSecret } from "../../../crypto/random-secret.ts";
import { domainOf } from "../../../domains/domain-name.ts";
import { findDomainOwner } from "../../../domains/store.ts";
import { invitationEmail } from "../../../invitations/invitation-email.ts";
import { invitationMs, limitInvitations } from "../../../invitations/make-invitation.ts";
import { countPending, insertInvitation } from "../../../invitations/store.ts";
import { linkTo } from "../../../links/link-token.ts";
import type { LockedOrganization } from "../../../organizations/store.ts";
import { openAccess } from "../../member-access.ts";
import { dueRoleOf } from "../../sync-roles.ts";
import type { ScimExchange } from "../scim-answer.ts";
import { directoryNotice } from "./directory-notice.ts";
import {
  hasOpenInvitation,
  insertProvisionedAccount,
  lockAccountByEmail,
  setProvisionedAccount,
  type ProvisionedUser,
} from "./store.ts";
import { directoryNameOf } from "./user-resource.ts";

interface LinkAccount {
  readonly id: string;
  readonly user: ProvisionedUser;
}

/** Asks the person: the mailbox shows whose the address is. Nothing tells whether there is an account. */
const invite = async (
  { context, organizationId, tokenMadeBy, by, now }: ScimExchange,
  { client, organization }: LockedOrganization,
  { id, user: { email } }: LinkAccount,
): Promise<void> => {
  if (await hasOpenInvitation(client, organizationId, email, now)) return;
  const limit = context.limits.pendingInvitations;
  if ((await countPending(client, organizationId, now, email)) >= limit)
    throw new AuthError("too_many_invitations", { limit });
  if (!context.outbox.enabled) throw new AuthError("mail_unavailable");
  await limitInvitations(context, { to: email, by: tokenMadeBy });
  const secret = randomSecret();
  const role = await dueRoleOf(client, organizationId, id);
  const expiresAt = new Date(now.getTime() + invitationMs);
  const invitation = { organizationId, email, role, tokenHash: sha256(secret), invitedBy: tokenMadeBy, expiresAt };
  await insertInvitation(client, invitation, by, now);
  const template = invitationEmail(organization.name, role, linkTo(context.issuer, "/accept-invitation", secret));
  await context.outbox.put(client, { kind: "organization.invitation", to: email, template, expiresAt });
};

/**
 * Finds or makes the account of somebody in the directory. An account that exists is joined only where the organization
 * has verified the domain of its address and the account its address, or where the person is a member already; everyone
 * else is invited.
 */
export const linkAccount = async (
  exchange: ScimExchange,
  held: LockedOrganization,
  provisioned: LinkAccount,
): Promise<void> => {
  const { context, organizationId, by, now } = exchange;
  const { client, organization } = held;
  const { id, user } = provisioned;
  const isOwnDomain = (await findDomainOwner(client, domainOf(user.email))) === organizationId;
  const account = await lockAccountByEmail(client, organizationId, user.email);
  if (account ? !(account.is_member || (isOwnDomain && account.verified)) : !isOwnDomain)
    return invite(exchange, held, provisioned);
  if (account && (account.status !== "active" || account.principal_type !== "human")) return;
  const userId =
    account?.id ?? (await insertProvisionedAccount(client, { email: user.email, name: directoryNameOf(user) }, now));
  await setProvisionedAccount(client, id, userId);
  await recordAudit(
    client,
    {
      ...by,
      organizationId,
      action: account ? "directory.link" : "directory.account-made",
      target: userId,
      details: { provisionedId: id },
    },
    now,
  );
  if (account?.is_member === true) return;
  await openAccess(held, { userId, role: await dueRoleOf(client, organizationId, id), by, now });
  await context.outbox.put(client, directoryNotice(context, { to: user.email, organization: organization.name }));
};

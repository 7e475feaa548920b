import type { PoolClient } from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { openAccess } from "../directory/member-access.ts";
import { insertProvisionedAccount } from "../directory/scim/users/store.ts";
import { findDirectorySettings } from "../directory/store.ts";
import { domainOf } from "../domains/domain-name.ts";
import { findDomainOwner } from "../domains/store.ts";
import type { HttpExchange } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";
import { plainName } from "../mail/plain-name.ts";
import { lockOrganization, type LockedOrganization } from "../organizations/store.ts";
import type { AssertedIdentity } from "./asserted-identity.ts";
import {
  insertOrganizationIdentity,
  isDeprovisionedAddress,
  lockAccountOfAddress,
  lockAccountOfSubject,
  type EnteredAccountRow,
  type SignInSettingsRow,
} from "./store.ts";

type By = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

const requireOwnDomain = async ({ client, organization }: LockedOrganization, email: string): Promise<void> => {
  if ((await findDomainOwner(client, domainOf(email))) !== organization.id) throw new AuthError("domain_not_verified");
};

/** The account must be one that the organization may open: of its own domain, proved, and no operator's. */
const requireEnterable = (account: EnteredAccountRow): void => {
  if (account.status === "deleted" || account.principal_type !== "human") throw new AuthError("federated_failed");
  if (account.is_operator || account.is_deprovisioned || account.membership === "suspended")
    throw new AuthError("forbidden");
  // Whoever registered it in advance has not shown that the address is theirs; a reset of the password shows it.
  if (!account.verified) throw new AuthError("email_unverified");
};

interface Admit {
  readonly settings: SignInSettingsRow;
  readonly identity: AssertedIdentity;
  readonly now: Date;
}

const link = async (
  { client, organization }: LockedOrganization,
  { identity, now }: Admit,
  userId: string,
  by: By,
): Promise<void> => {
  const linked = await insertOrganizationIdentity(
    client,
    { organizationId: organization.id, subject: identity.subject, userId, email: identity.email },
    now,
  );
  if (!linked) throw new AuthError("identity_taken");
  await recordAudit(
    client,
    {
      ...by,
      actorType: "user",
      actorId: userId,
      organizationId: organization.id,
      action: "identity.link",
      target: userId,
      details: { provider: `org:${organization.id}` },
    },
    now,
  );
};

/** Somebody new becomes a member with the default role. */
const makeAccount = async (held: LockedOrganization, admit: Admit, by: By): Promise<EnteredAccountRow> => {
  const { client, organization } = held;
  const { identity, settings, now } = admit;
  if (!settings.join_on_sign_in || (await isDeprovisionedAddress(client, organization.id, identity.email)))
    throw new AuthError("forbidden");
  await insertProvisionedAccount(client, identity, now);
  const made = await lockAccountOfAddress(client, organization.id, identity.email);
  if (!made) throw new AuthError("federated_failed");
  const { default_role: role } = await findDirectorySettings(client, organization.id);
  await openAccess(held, { userId: made.id, role, by: { ...by, actorType: "system", actorId: "directory" }, now });
  return made;
};

/** An account that is there already is opened where its person belongs to the organization; nobody is made a member unasked. */
const existingAccount = (account: EnteredAccountRow | undefined): EnteredAccountRow | undefined => {
  if (!account) return undefined;
  requireEnterable(account);
  if (account.membership === null) throw new AuthError("invitation_required");
  return account;
};

const noticeMs = 7 * 24 * 3_600_000;

const linkedNotice = ({ issuer, clock }: Pick<IdentityContext, "issuer" | "clock">, to: string, name: string) => ({
  kind: "organization-sign-in.linked",
  to,
  template: {
    subject: "Your organization signed you in",
    paragraphs: [
      `"${plainName(name)}" has verified the domain of your address, and its sign-in now opens your account.`,
    ],
    closing: [`If this was not you, choose a new password now at ${issuer}/forgot-password and tell an owner.`],
  },
  expiresAt: new Date(clock.now() + noticeMs),
});

const admitted = async (
  { context, request }: HttpExchange,
  client: PoolClient,
  admit: Admit,
): Promise<EnteredAccountRow> => {
  const { settings, identity } = admit;
  const by: By = { actorType: "anonymous", ip: request.ip, requestId: request.requestId };
  const organization = await lockOrganization(client, settings.organization_id);
  if (organization?.status !== "active") throw new AuthError("workspace_suspended");
  const held = { client, organization };
  await requireOwnDomain(held, identity.email);
  const known = await lockAccountOfSubject(client, organization.id, identity.subject);
  const existing = existingAccount(known ?? (await lockAccountOfAddress(client, organization.id, identity.email)));
  const account = existing ?? (await makeAccount(held, admit, by));
  await requireOwnDomain(held, account.email);
  if (!known) {
    await link(held, admit, account.id, by);
    await context.outbox.put(client, linkedNotice(context, account.email, organization.name));
  }
  return account;
};

/**
 * The account that an identity of the organization's provider opens. A provider speaks for addresses in its organization's
 * verified domains alone; who it has once named is looked at again each time.
 */
export const admitIdentity = (exchange: HttpExchange, admit: Admit): Promise<EnteredAccountRow> =>
  inTransaction(exchange.context.db.pool, (client) => admitted(exchange, client, admit));

class Rehearsed extends Error {}

/** Throws what `admitIdentity` would throw, and leaves everything as it is. */
export const rehearseAdmission = async (exchange: HttpExchange, admit: Admit): Promise<void> => {
  try {
    await inTransaction(exchange.context.db.pool, async (client) => {
      await admitted(exchange, client, admit);
      throw new Rehearsed("everything is taken back");
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
};

import type { PoolClient } from "pg";
import { DatabaseError } from "../../platform/db/database-error.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { endUnused } from "../links/store.ts";
import { canStillSignIn } from "../sign-in-methods/can-still-sign-in.ts";
import { lockSignInMethods } from "../sign-in-methods/store.ts";
import type { AnyProviderId, ProviderId, ProviderIdentity } from "./provider.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** A change of a person's identities; they hear of it on the same transaction. */
interface Change {
  readonly now: Date;
  readonly origin: Origin;
  readonly tell: (client: PoolClient) => Promise<void>;
  /** Of the person who makes it. */
  readonly sessionId: string;
}

/** A sign-in under way at a provider. */
export interface Flow {
  readonly provider: ProviderId;
  readonly returnTo: string;
  /** The session whose account gets the identity; undefined where it is to sign in. */
  readonly linkSessionId: string | undefined;
}

export const insertFlow = async (
  { pool }: AuthDatabase,
  hash: Buffer,
  { provider, returnTo, linkSessionId }: Flow,
  now: Date,
  expiresAt: Date,
): Promise<void> => {
  await pool.query(
    `insert into auth.verification_tokens (id, purpose, token_hash, payload, created_at, expires_at) values ($1, 'federated', $2, $3, $4, $5)`,
    [newPrefixedId("vft"), hash, { provider, returnTo, linkSessionId }, now, expiresAt],
  );
};

/** Uses the flow up; of any number of callers one gets it, and only where the provider is the same. */
export const takeFlow = async (
  { pool }: AuthDatabase,
  hash: Buffer,
  provider: ProviderId,
  now: Date,
): Promise<Flow | undefined> => {
  const { rows } = await pool.query<{ payload: Flow }>(
    `update auth.verification_tokens set consumed_at = $3
     where token_hash = $1 and purpose = 'federated' and payload->>'provider' = $2 and consumed_at is null and expires_at > $3 returning payload`,
    [hash, provider, now],
  );
  return rows[0]?.payload;
};

export interface IdentityOwner {
  readonly userId: string;
  readonly status: string;
}

export const findIdentityOwner = async (
  { pool }: AuthDatabase,
  provider: ProviderId,
  subject: string,
): Promise<IdentityOwner | undefined> => {
  const { rows } = await pool.query<IdentityOwner>(
    `select f.user_id as "userId", u.status from auth.federated_identities f join auth.users u on u.id = f.user_id
     where f.provider = $1 and f.subject = $2`,
    [provider, subject],
  );
  return rows[0];
};

/** Notes a sign-in on the transaction of the session it opens; false where the identity opens the account no longer. */
export const noteIdentityUse = async (
  client: PoolClient,
  {
    provider,
    subject,
    userId,
  }: { readonly provider: AnyProviderId; readonly subject: string; readonly userId: string },
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.federated_identities set last_used_at = $4 where provider = $1 and subject = $2 and user_id = $3",
    [provider, subject, userId, now],
  );
  return rowCount === 1;
};

/** Whether somebody invited the address and still waits for an answer. */
export const hasPendingInvitation = async ({ pool }: AuthDatabase, email: string, now: Date): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "select from auth.organization_invitations where email = $1 and status = 'pending' and expires_at > $2 limit 1",
    [email, now],
  );
  return rowCount !== 0;
};

interface NewIdentity {
  readonly provider: ProviderId;
  readonly identity: ProviderIdentity;
  readonly userId: string;
}

const insertIdentity = async (
  client: PoolClient,
  { provider, identity, userId }: NewIdentity,
  now: Date,
  origin: Origin,
): Promise<void> => {
  await client.query(
    `insert into auth.federated_identities (provider, subject, user_id, email_at_link, email_verified, linked_at) values ($1, $2, $3, $4, $5, $6)`,
    [provider, identity.subject, userId, identity.email ?? null, identity.emailVerified, now],
  );
  await recordAudit(
    client,
    { ...origin, actorType: "user", actorId: userId, action: "identity.link", target: userId, details: { provider } },
    now,
  );
};

const violated = (error: unknown): string | undefined =>
  error instanceof DatabaseError && error.code === "23505" ? error.constraint : undefined;

/**
 * Makes an account for an address the provider vouches for. `email_taken`: somebody has it already, and keeps it alone;
 * `identity_taken`: another request of the same person was faster.
 */
export const insertFederatedAccount = async (
  { pool }: AuthDatabase,
  provider: ProviderId,
  identity: ProviderIdentity & { readonly email: string },
  now: Date,
  origin: Origin,
): Promise<IdentityOwner | "email_taken" | "identity_taken"> => {
  try {
    return await inTransaction(pool, async (client) => {
      const userId = newPrefixedId("usr");
      await client.query(
        `insert into auth.users (id, email, email_verified_at, name, picture_url, created_at, updated_at) values ($1, $2, $3, $4, $5, $3, $3)`,
        [userId, identity.email, now, identity.name, identity.pictureUrl ?? null],
      );
      await recordAudit(
        client,
        {
          ...origin,
          actorType: "user",
          actorId: userId,
          action: "user.register",
          target: userId,
          details: { provider },
        },
        now,
      );
      await insertIdentity(client, { provider, identity, userId }, now, origin);
      return { userId, status: "active" };
    });
  } catch (error) {
    const constraint = violated(error);
    if (constraint === "users_email_key") return "email_taken";
    if (constraint === "federated_identities_pkey") return "identity_taken";
    throw error;
  }
};

/** Adds the identity to an account; false where it is another's, or the account has another one of the provider. */
export const linkIdentity = async (
  { pool }: AuthDatabase,
  { provider, identity, userId }: NewIdentity,
  { now, origin, tell, sessionId }: Change,
): Promise<boolean> => {
  try {
    return await inTransaction(pool, async (client) => {
      await lockSignInMethods(client, userId, sessionId);
      const { rows } = await client.query<{ user_id: string }>(
        "select user_id from auth.federated_identities where provider = $1 and subject = $2",
        [provider, identity.subject],
      );
      if (rows[0]) return rows[0].user_id === userId;
      await insertIdentity(client, { provider, identity, userId }, now, origin);
      await tell(client);
      return true;
    });
  } catch (error) {
    if (violated(error) !== undefined) return false;
    throw error;
  }
};

export interface LinkedIdentity {
  readonly provider: ProviderId;
  readonly email: string | null;
  readonly linkedAt: Date;
  readonly lastUsedAt: Date | null;
}

export const listIdentities = async ({ pool }: AuthDatabase, userId: string): Promise<readonly LinkedIdentity[]> => {
  const { rows } = await pool.query<LinkedIdentity>(
    `select provider, email_at_link as email, linked_at as "linkedAt", last_used_at as "lastUsedAt"
     from auth.federated_identities where user_id = $1 order by provider`,
    [userId],
  );
  return rows;
};

/** Takes the identity from the account, unless nobody could enter it any more. */
export const unlinkIdentity = (
  { pool }: AuthDatabase,
  userId: string,
  provider: string,
  { now, origin, tell, sessionId }: Change,
): Promise<"unlinked" | "missing" | "last"> =>
  inTransaction(pool, async (client) => {
    const ways = await lockSignInMethods(client, userId, sessionId);
    const found = await client.query("select from auth.federated_identities where user_id = $1 and provider = $2", [
      userId,
      provider,
    ]);
    if (found.rowCount !== 1) return "missing";
    if (!canStillSignIn({ ...ways, identities: ways.identities - 1 })) return "last";
    await client.query("delete from auth.federated_identities where user_id = $1 and provider = $2", [
      userId,
      provider,
    ]);
    // A sign-in that it began and that waits for the second factor is over too.
    await endUnused(client, userId, ["second_factor"]);
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: userId,
        action: "identity.unlink",
        target: userId,
        details: { provider },
      },
      now,
    );
    await tell(client);
    return "unlinked";
  });

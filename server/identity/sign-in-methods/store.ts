import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import { lockAccount } from "../links/store.ts";

/** What a person can sign in with, first factors and second. */
export interface SignInMethods {
  readonly hasPassword: boolean;
  readonly passkeys: number;
  readonly identities: number;
  readonly hasTotp: boolean;
  readonly secondFactorRequired: boolean;
}

interface SignInMethodsRow {
  readonly has_password: boolean;
  readonly passkeys: number;
  readonly identities: number;
  readonly has_totp: boolean;
  readonly second_factor_required: boolean;
}

/** Holds the account for a change that a session asks for; refuses where the session has ended meanwhile. */
export const lockAccountOfSession = async (client: pg.PoolClient, userId: string, sessionId: string): Promise<void> => {
  await lockAccount(client, userId);
  const { rowCount } = await client.query(
    "select from auth.sessions where id = $1 and user_id = $2 and revoked_at is null",
    [sessionId, userId],
  );
  if (rowCount !== 1) throw new AuthError("unauthenticated");
};

/**
 * Reads the ways with the person's row locked, so that of two removals at once the second sees the first, and refuses where
 * the session that asks has ended meanwhile: what it adds would outlive a reset.
 */
export const lockSignInMethods = async (
  client: pg.PoolClient,
  userId: string,
  sessionId: string,
): Promise<SignInMethods> => {
  await lockAccountOfSession(client, userId, sessionId);
  const { rows } = await client.query<SignInMethodsRow>(
    `select exists (select from auth.password_credentials p where p.user_id = u.id) as has_password,
       (select count(*)::int from auth.webauthn_credentials w where w.user_id = u.id) as passkeys,
       (select count(*)::int from auth.federated_identities f where f.user_id = u.id) as identities,
       exists (select from auth.totp_credentials t where t.user_id = u.id and t.confirmed_at is not null) as has_totp,
       u.second_factor_required
     from auth.users u where u.id = $1`,
    [userId],
  );
  const row = rows[0];
  if (!row) throw new AuthError("unauthenticated");
  return {
    hasPassword: row.has_password,
    passkeys: row.passkeys,
    identities: row.identities,
    hasTotp: row.has_totp,
    secondFactorRequired: row.second_factor_required,
  };
};

/** Whether the passkey still is the person's; until the transaction ends it stays so. */
export const isPasskeyKept = async (client: pg.PoolClient, id: string, userId: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.webauthn_credentials where id = $1 and user_id = $2 for share",
    [id, userId],
  );
  return rowCount === 1;
};

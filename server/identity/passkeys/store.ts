import type { PoolClient } from "pg";
import { DatabaseError } from "../../platform/db/database-error.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { endUnused } from "../links/store.ts";
import { canStillSignIn } from "../sign-in-methods/can-still-sign-in.ts";
import { lockSignInMethods } from "../sign-in-methods/store.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** What every change of a person's passkeys carries. */
interface Change {
  readonly now: Date;
  readonly origin: Origin;
}

/** One that the owner hears of, on the same transaction. */
interface NotifiedChange extends Change {
  readonly tell: (client: PoolClient) => Promise<void>;
  /** Of the person who makes it. */
  readonly sessionId: string;
}

/** `upgrade`: the browser makes a passkey by itself, after a sign-in by a password that it keeps. */
export type ChallengePurpose = "register" | "upgrade" | "sign-in" | "step-up";

export interface Challenge {
  readonly hash: Buffer;
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
  readonly mfaTokenHash: string | undefined;
}

interface NewChallenge extends Challenge {
  readonly purpose: ChallengePurpose;
  readonly now: Date;
  readonly expiresAt: Date;
}

export const insertChallenge = async (
  { pool }: AuthDatabase,
  { purpose, hash, userId, sessionId, mfaTokenHash, now, expiresAt }: NewChallenge,
): Promise<string> => {
  const id = newPrefixedId("vft");
  await pool.query(
    `insert into auth.verification_tokens (id, purpose, token_hash, user_id, payload, created_at, expires_at)
     values ($1, 'challenge', $2, $3, $4, $5, $6)`,
    [id, hash, userId ?? null, { for: purpose, sessionId, mfaTokenHash }, now, expiresAt],
  );
  return id;
};

interface ChallengeRow {
  readonly token_hash: Buffer;
  readonly user_id: string | null;
  readonly payload: { readonly sessionId?: string; readonly mfaTokenHash?: string };
}

/** Of any number of callers one gets it. */
export const takeChallenge = async (
  { pool }: AuthDatabase,
  id: string,
  purpose: ChallengePurpose,
  now: Date,
): Promise<Challenge | undefined> => {
  const { rows } = await pool.query<ChallengeRow>({
    name: "auth_take_challenge",
    text: `update auth.verification_tokens set consumed_at = $3
      where id = $1 and purpose = 'challenge' and payload->>'for' = $2 and consumed_at is null and expires_at > $3
      returning token_hash, user_id, payload`,
    values: [id, purpose, now],
  });
  const row = rows[0];
  return (
    row && {
      hash: row.token_hash,
      userId: row.user_id ?? undefined,
      sessionId: row.payload.sessionId,
      mfaTokenHash: row.payload.mfaTokenHash,
    }
  );
};

/** A passkey as its owner sees it. */
export interface PasskeyRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly backedUp: boolean;
  readonly deviceType: string;
  readonly transports: readonly string[];
}

const passkeyColumns = `id, name, created_at as "createdAt", last_used_at as "lastUsedAt", backed_up as "backedUp", device_type as "deviceType", transports`;

export const listPasskeys = async ({ pool }: AuthDatabase, userId: string): Promise<readonly PasskeyRow[]> => {
  const { rows } = await pool.query<PasskeyRow>(
    `select ${passkeyColumns} from auth.webauthn_credentials where user_id = $1 order by created_at, id`,
    [userId],
  );
  return rows;
};

export interface NewPasskey {
  readonly id: string;
  readonly userId: string;
  readonly publicKey: Uint8Array;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly deviceType: string;
  readonly backedUp: boolean;
  readonly aaguid: string;
  readonly name: string;
}

/** `taken`: the credential is registered already, here or with somebody else. */
export const insertPasskey = async (
  { pool }: AuthDatabase,
  passkey: NewPasskey,
  maxPasskeys: number,
  { now, origin, tell, sessionId }: NotifiedChange,
): Promise<PasskeyRow | "taken" | "too_many"> => {
  const { id, userId, publicKey, signCount, transports, deviceType, backedUp, aaguid, name } = passkey;
  try {
    return await inTransaction(pool, async (client) => {
      const ways = await lockSignInMethods(client, userId, sessionId);
      if (ways.passkeys >= maxPasskeys) return "too_many";
      const { rows } = await client.query<PasskeyRow>(
        `insert into auth.webauthn_credentials (id, user_id, public_key, sign_count, transports, device_type, backed_up, aaguid, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${passkeyColumns}`,
        [id, userId, Buffer.from(publicKey), signCount, transports, deviceType, backedUp, aaguid, name, now],
      );
      await recordAudit(
        client,
        {
          ...origin,
          actorType: "user",
          actorId: userId,
          action: "passkey.register",
          target: userId,
          details: { passkeyId: id, name, deviceType, aaguid },
        },
        now,
      );
      await tell(client);
      return rows[0] ?? "taken";
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "webauthn_credentials_pkey") return "taken";
    throw error;
  }
};

/** A passkey with the account it belongs to, as an assertion is checked against it. */
export interface PasskeyCredentialRow {
  readonly id: string;
  readonly userId: string;
  readonly status: string;
  readonly email: string;
  readonly publicKey: Buffer;
  readonly deviceType: string;
}

export const findCredential = async ({ pool }: AuthDatabase, id: string): Promise<PasskeyCredentialRow | undefined> => {
  const { rows } = await pool.query<PasskeyCredentialRow>({
    name: "auth_passkey",
    text: `select w.id, w.user_id as "userId", u.status, u.email, w.public_key as "publicKey", w.device_type as "deviceType"
      from auth.webauthn_credentials w join auth.users u on u.id = w.user_id where w.id = $1`,
    values: [id],
  });
  return rows[0];
};

interface PasskeyUse {
  readonly credential: PasskeyCredentialRow;
  readonly signCount: number;
  readonly backedUp: boolean;
  readonly userVerified: boolean;
  readonly purpose: ChallengePurpose;
}

/**
 * Notes a use whose signature was right; false, with an audit event, where the authenticator counted backwards: then there
 * are two of it. Comparing in the statement that stores leaves one of parallel uses. One that has begun to say 0 does not
 * count any more, as after a move to a provider that syncs: its owner gets in, and `tell` says so to them.
 */
export const notePasskeyUse = (
  { pool }: AuthDatabase,
  { credential: { id, userId }, signCount, backedUp, userVerified, purpose }: PasskeyUse,
  { now, origin, tell }: Omit<NotifiedChange, "sessionId">,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ counted: boolean }>(
      `update auth.webauthn_credentials w set sign_count = $2, backed_up = $3, last_used_at = $4
       from (select id, sign_count from auth.webauthn_credentials where id = $1 for update) was
       where w.id = was.id and (was.sign_count < $2 or $2 = 0) returning was.sign_count > 0 and $2 = 0 as counted`,
      [id, signCount, backedUp, now],
    );
    const grew = rows.length === 1;
    const stoppedCounting = rows[0]?.counted === true;
    if (stoppedCounting) await tell(client);
    await recordAudit(
      client,
      {
        ...origin,
        actorType: grew ? "user" : "anonymous",
        actorId: grew ? userId : undefined,
        action: "passkey.use",
        target: userId,
        outcome: grew ? "success" : "denied",
        details: {
          passkeyId: id,
          purpose,
          userVerified,
          ...(grew ? {} : { reason: "counter" }),
          ...(stoppedCounting ? { signal: "counter_returned_to_zero" } : {}),
        },
      },
      now,
    );
    return grew;
  });

interface OwnPasskey {
  readonly id: string;
  readonly userId: string;
}

/** Undefined where the person has no such passkey. */
export const updatePasskeyName = (
  { pool }: AuthDatabase,
  { id, userId }: OwnPasskey,
  name: string,
  { now, origin }: Change,
): Promise<PasskeyRow | undefined> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<PasskeyRow>(
      `update auth.webauthn_credentials set name = $3 where id = $1 and user_id = $2 returning ${passkeyColumns}`,
      [id, userId, name],
    );
    if (rows[0])
      await recordAudit(
        client,
        {
          ...origin,
          actorType: "user",
          actorId: userId,
          action: "passkey.rename",
          target: userId,
          details: { passkeyId: id, name },
        },
        now,
      );
    return rows[0];
  });

/** Removes a passkey, unless nobody could enter the account any more. */
export const deletePasskey = (
  { pool }: AuthDatabase,
  { id, userId }: OwnPasskey,
  { now, origin, tell, sessionId }: NotifiedChange,
): Promise<"removed" | "missing" | "last"> =>
  inTransaction(pool, async (client) => {
    const ways = await lockSignInMethods(client, userId, sessionId);
    const found = await client.query("select from auth.webauthn_credentials where id = $1 and user_id = $2", [
      id,
      userId,
    ]);
    if (found.rowCount !== 1) return "missing";
    if (!canStillSignIn({ ...ways, passkeys: ways.passkeys - 1 })) return "last";
    await client.query("delete from auth.webauthn_credentials where id = $1 and user_id = $2", [id, userId]);
    // A sign-in that it began and that waits for the second factor is over too.
    await endUnused(client, userId, ["second_factor"]);
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: userId,
        action: "passkey.remove",
        target: userId,
        details: { passkeyId: id },
      },
      now,
    );
    await tell(client);
    return "removed";
  });

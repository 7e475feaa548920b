import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** A sign-in that has shown its first factor and waits for the second. It is no session. */
export interface PendingSignInRow {
  readonly userId: string;
  /** Status of the account at this moment. */
  readonly status: string;
  /** Methods shown so far. */
  readonly amr: readonly string[];
  /** The organization at whose provider the first factor was shown. */
  readonly through: string | undefined;
  /** The app signed in to; undefined on the pages of Auth itself. */
  readonly serviceId: string | undefined;
  /** The streak of failed passwords that ends with the sign-in. */
  readonly attemptKey: string | undefined;
  readonly expiresAt: Date;
}

interface PendingRow {
  readonly user_id: string;
  readonly status: string;
  readonly payload: {
    readonly amr: string[];
    readonly through?: string | null;
    readonly serviceId: string | null;
    readonly attemptKey: string | null;
  };
  readonly expires_at: Date;
}

export const maxFactorAttempts = 5;

const fromRow = ({ user_id, status, payload, expires_at }: PendingRow): PendingSignInRow => ({
  userId: user_id,
  status,
  amr: payload.amr,
  through: payload.through ?? undefined,
  serviceId: payload.serviceId ?? undefined,
  attemptKey: payload.attemptKey ?? undefined,
  expiresAt: expires_at,
});

const live = "t.purpose = 'second_factor' and t.token_hash = $1 and t.consumed_at is null and t.expires_at > $2";
const columns = "t.user_id, u.status, t.payload, t.expires_at";

export const insertPendingSignIn = (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  { userId, amr, through, serviceId, attemptKey, expiresAt }: Omit<PendingSignInRow, "status">,
  now: Date,
  origin: Origin,
  alongside?: (client: pg.PoolClient) => Promise<void>,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    await alongside?.(client);
    await client.query(
      `insert into auth.verification_tokens (id, purpose, token_hash, user_id, payload, created_at, expires_at)
       values ($1, 'second_factor', $2, $3, $4, $5, $6)`,
      [
        newPrefixedId("vft"),
        tokenHash,
        userId,
        { amr, through: through ?? null, serviceId: serviceId ?? null, attemptKey: attemptKey ?? null },
        now,
        expiresAt,
      ],
    );
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: userId,
        action: "session.second-factor-asked",
        target: userId,
        details: { serviceId: serviceId ?? null, amr },
      },
      now,
    );
  });

/** The pending sign-in, left as it is. One whose attempts are used up is not there any more. */
export const findPendingSignIn = async (
  client: pg.Pool | pg.PoolClient,
  tokenHash: Buffer,
  now: Date,
): Promise<PendingSignInRow | undefined> => {
  const { rows } = await client.query<PendingRow>(
    `select ${columns} from auth.verification_tokens t join auth.users u on u.id = t.user_id where ${live} and t.attempts < $3`,
    [tokenHash, now, maxFactorAttempts],
  );
  return rows[0] && fromRow(rows[0]);
};

/** Counts an attempt before it is made, so that parallel guesses share the five there are. */
export const reservePendingAttempt = async (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  now: Date,
): Promise<PendingSignInRow | undefined> => {
  const { rows } = await pool.query<PendingRow>(
    `update auth.verification_tokens t set attempts = t.attempts + 1 from auth.users u
     where u.id = t.user_id and ${live} and t.attempts < $3 returning ${columns}`,
    [tokenHash, now, maxFactorAttempts],
  );
  return rows[0] && fromRow(rows[0]);
};

/** Uses the pending sign-in up; undefined where somebody else has, or it is too old. */
export const consumePendingSignIn = async (
  client: pg.PoolClient,
  tokenHash: Buffer,
  now: Date,
): Promise<PendingSignInRow | undefined> => {
  const { rows } = await client.query<PendingRow>(
    `update auth.verification_tokens t set consumed_at = $2 from auth.users u where u.id = t.user_id and ${live} returning ${columns}`,
    [tokenHash, now],
  );
  return rows[0] && fromRow(rows[0]);
};

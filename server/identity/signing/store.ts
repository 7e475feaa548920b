import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: unknown;
  readonly privateJwkSealed: string;
  readonly status: string;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwkSealed: string;
}

const signingLock = 0x736b6579;

/** Every key that is published: next, active and retiring. */
export const loadSigningKeys = async ({ pool }: AuthDatabase): Promise<readonly SigningKeyRow[]> => {
  const { rows } = await pool.query<SigningKeyRow>(
    `select kid, public_jwk as "publicJwk", private_jwk_sealed as "privateJwkSealed", status, created_at as "createdAt",
       activated_at as "activatedAt"
     from auth.signing_keys where status in ('next', 'active', 'retiring') order by created_at`,
  );
  return rows;
};

interface RotateSigningKeys {
  readonly fresh: readonly [NewSigningKey, NewSigningKey];
  readonly now: Date;
  readonly when: RotateWhen;
}

/**
 * `first`: only where no key is active yet. `always`: whatever is there. Else only where the active key counts since
 * that time or longer, and the next one has been published for a while, so that everybody knows it.
 */
export type RotateWhen = "first" | "always" | { readonly activatedBy: Date; readonly publishedBy: Date };

interface StoredKey {
  readonly kid: string;
  readonly status: string;
  readonly created_at: Date;
  readonly activated_at: Date | null;
}

const isDue = (when: RotateWhen, active: StoredKey | undefined, next: StoredKey | undefined): boolean => {
  if (when === "always" || active === undefined) return true;
  if (when === "first") return false;
  return (
    (active.activated_at ?? active.created_at) <= when.activatedBy &&
    (next?.created_at ?? when.publishedBy) <= when.publishedBy
  );
};

/**
 * next becomes active, active becomes retiring, and a new next is published; the first time both are made. Of processes
 * that try at once one does it. Returns whether it was this one.
 */
export const rotateSigningKeys = ({ pool }: AuthDatabase, { fresh, now, when }: RotateSigningKeys): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [signingLock]);
    const insert = ({ kid, publicJwk, privateJwkSealed }: NewSigningKey, status: string) =>
      client.query(
        `insert into auth.signing_keys (kid, alg, public_jwk, private_jwk_sealed, status, created_at, activated_at)
         values ($1, 'ES256', $2, $3, $4, $5, case when $4 = 'active' then $5::timestamptz end)`,
        [kid, JSON.stringify(publicJwk), privateJwkSealed, status, now],
      );
    const { rows } = await client.query<StoredKey>(
      "select kid, status, created_at, activated_at from auth.signing_keys where status in ('next', 'active')",
    );
    const active = rows.find(({ status }) => status === "active");
    const next = rows.find(({ status }) => status === "next");
    if (!isDue(when, active, next)) return false;
    if (active)
      await client.query("update auth.signing_keys set status = 'retiring', retiring_at = $2 where kid = $1", [
        active.kid,
        now,
      ]);
    if (next)
      await client.query("update auth.signing_keys set status = 'active', activated_at = $2 where kid = $1", [
        next.kid,
        now,
      ]);
    else await insert(fresh[0], "active");
    await insert(fresh[1], "next");
    await recordAudit(
      client,
      { actorType: "system", action: "signing-key.rotate", target: next?.kid ?? fresh[0].kid },
      now,
    );
    return true;
  });

/** Ends keys whose last tokens have expired, and forgets what they signed with. */
export const retireSigningKeys = async ({ pool }: AuthDatabase, retiredBefore: Date, now: Date): Promise<void> => {
  await pool.query(
    "update auth.signing_keys set status = 'retired', retired_at = $2, private_jwk_sealed = '' where status = 'retiring' and retiring_at < $1",
    [retiredBefore, now],
  );
};

/** Stores what is sealed under an older key anew. Throws where one does not open. Returns how many there were. */
export const resealSigningKeys = (
  { pool }: AuthDatabase,
  isCurrent: (sealed: string) => boolean,
  reseal: (sealed: string, kid: string) => string,
  now: Date,
): Promise<number> =>
  inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [signingLock]);
    const { rows } = await client.query<{ kid: string; sealed: string }>(
      "select kid, private_jwk_sealed as sealed from auth.signing_keys where status <> 'retired' for update",
    );
    const older = rows.filter(({ sealed }) => !isCurrent(sealed));
    for (const { kid, sealed } of older)
      await client.query("update auth.signing_keys set private_jwk_sealed = $2 where kid = $1", [
        kid,
        reseal(sealed, kid),
      ]);
    if (older.length > 0)
      await recordAudit(
        client,
        { actorType: "system", action: "signing-key.reseal", details: { count: older.length } },
        now,
      );
    return older.length;
  });

import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface StoredSigningKey {
  readonly kid: string;
  readonly publicJwk: unknown;
  readonly privateJwkSealed: string;
  readonly status: string;
}

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwkSealed: string;
}

const signingLock = 0x736b6579;

/** Every key that is published: next, active and retiring. */
export const loadSigningKeys = ({ prisma }: AuthDatabase): Promise<readonly StoredSigningKey[]> =>
  prisma.signingKey.findMany({
    where: { status: { in: ["next", "active", "retiring"] } },
    orderBy: { createdAt: "asc" },
  });

interface RotateSigningKeys {
  readonly fresh: readonly [NewSigningKey, NewSigningKey];
  readonly now: Date;
  /** Only where no key is active yet. */
  readonly firstOnly: boolean;
}

/** next becomes active, active becomes retiring, and a new next is published; the first time both are made. */
export const rotateSigningKeys = (
  { pool }: AuthDatabase,
  { fresh, now, firstOnly }: RotateSigningKeys,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [signingLock]);
    const insert = ({ kid, publicJwk, privateJwkSealed }: NewSigningKey, status: string) =>
      client.query(
        `insert into auth.signing_keys (kid, alg, public_jwk, private_jwk_sealed, status, created_at, activated_at)
         values ($1, 'ES256', $2, $3, $4, $5, case when $4 = 'active' then $5::timestamptz end)`,
        [kid, JSON.stringify(publicJwk), privateJwkSealed, status, now],
      );
    const { rows } = await client.query<{ kid: string; status: string }>(
      "select kid, status from auth.signing_keys where status in ('next', 'active')",
    );
    const active = rows.find(({ status }) => status === "active");
    const next = rows.find(({ status }) => status === "next");
    if (active && firstOnly) return;
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
  });

/** Ends keys whose last tokens have expired. */
export const retireSigningKeys = async ({ pool }: AuthDatabase, retiredBefore: Date, now: Date): Promise<void> => {
  await pool.query(
    "update auth.signing_keys set status = 'retired', retired_at = $2 where status = 'retiring' and retiring_at < $1",
    [retiredBefore, now],
  );
};

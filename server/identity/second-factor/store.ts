import type pg from "pg";

/** What a person can show beside the first factor, and whether it is asked for. */
export interface FactorState {
  readonly required: boolean;
  readonly totp: { readonly confirmedAt: Date } | null;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
}

interface FactorRow {
  readonly required: boolean;
  readonly confirmed_at: Date | null;
  readonly passkeys: number;
  readonly recovery_codes: number;
}

export const findFactorState = async (client: pg.Pool | pg.PoolClient, userId: string): Promise<FactorState> => {
  const { rows } = await client.query<FactorRow>({
    name: "auth_second_factors",
    text: `select u.second_factor_required as required,
        (select t.confirmed_at from auth.totp_credentials t where t.user_id = u.id and t.confirmed_at is not null) as confirmed_at,
        (select count(*)::int from auth.webauthn_credentials w where w.user_id = u.id) as passkeys,
        (select count(*)::int from auth.recovery_codes r where r.user_id = u.id and r.used_at is null) as recovery_codes
      from auth.users u where u.id = $1`,
    values: [userId],
  });
  const row = rows[0];
  return {
    required: row?.required ?? false,
    totp: row?.confirmed_at ? { confirmedAt: row.confirmed_at } : null,
    passkeys: row?.passkeys ?? 0,
    recoveryCodesLeft: row?.recovery_codes ?? 0,
  };
};

export interface SealedSeed {
  readonly id: string;
  readonly sealed: string;
}

/** The confirmed authenticator of a person. */
export const findSeed = async (client: pg.PoolClient, userId: string): Promise<SealedSeed | undefined> => {
  const { rows } = await client.query<SealedSeed>(
    "select id, secret_sealed as sealed from auth.totp_credentials where user_id = $1 and confirmed_at is not null",
    [userId],
  );
  return rows[0];
};

/** Notes the step a code belongs to; false where that step or a later one was used before. */
export const takeStep = async (client: pg.PoolClient, id: string, step: number): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.totp_credentials set last_used_step = $2 where id = $1 and (last_used_step is null or last_used_step < $2)",
    [id, step],
  );
  return rowCount === 1;
};

/** Uses a recovery code up; false where there is none such, or it was used before. */
export const takeRecoveryCode = async (
  client: pg.PoolClient,
  userId: string,
  codeHash: Buffer,
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.recovery_codes set used_at = $3 where user_id = $1 and code_hash = $2 and used_at is null",
    [userId, codeHash, now],
  );
  return rowCount === 1;
};

interface NewSeed {
  readonly id: string;
  readonly userId: string;
  readonly sealed: string;
  readonly now: Date;
}

/** Stores an authenticator that waits to be confirmed, in place of an earlier one that never was. */
export const insertSeed = async (client: pg.PoolClient, { id, userId, sealed, now }: NewSeed): Promise<void> => {
  await client.query("delete from auth.totp_credentials where user_id = $1 and confirmed_at is null", [userId]);
  await client.query(
    "insert into auth.totp_credentials (id, user_id, secret_sealed, created_at) values ($1, $2, $3, $4)",
    [id, userId, sealed, now],
  );
};

/** The authenticator of this id that waits to be confirmed. */
export const findNewSeed = async (
  client: pg.PoolClient,
  userId: string,
  id: string,
): Promise<SealedSeed | undefined> => {
  const { rows } = await client.query<SealedSeed>(
    "select id, secret_sealed as sealed from auth.totp_credentials where id = $1 and user_id = $2 and confirmed_at is null for update",
    [id, userId],
  );
  return rows[0];
};

/** Puts a confirmed authenticator in the place of the one before. */
export const confirmSeed = async (
  client: pg.PoolClient,
  userId: string,
  id: string,
  step: number,
  now: Date,
): Promise<void> => {
  await client.query("delete from auth.totp_credentials where user_id = $1 and id <> $2", [userId, id]);
  await client.query("update auth.totp_credentials set confirmed_at = $2, last_used_step = $3 where id = $1", [
    id,
    now,
    step,
  ]);
};

export const deleteSeeds = async (client: pg.PoolClient, userId: string): Promise<boolean> => {
  const { rows } = await client.query<{ confirmed_at: Date | null }>(
    "delete from auth.totp_credentials where user_id = $1 returning confirmed_at",
    [userId],
  );
  return rows.some(({ confirmed_at }) => confirmed_at !== null);
};

export const deleteRecoveryCodes = async (client: pg.PoolClient, userId: string): Promise<void> => {
  await client.query("delete from auth.recovery_codes where user_id = $1", [userId]);
};

/** Puts new codes in the place of all earlier ones. */
export const replaceRecoveryCodes = async (
  client: pg.PoolClient,
  userId: string,
  codes: readonly { readonly id: string; readonly hash: Buffer }[],
  now: Date,
): Promise<void> => {
  await deleteRecoveryCodes(client, userId);
  await client.query(
    `insert into auth.recovery_codes (id, user_id, code_hash, created_at)
     select id, $1, hash, $4 from unnest($2::text[], $3::bytea[]) as code(id, hash)`,
    [userId, codes.map(({ id }) => id), codes.map(({ hash }) => hash), now],
  );
};

/** Says whether a second factor is asked for; false where it was so before. */
export const setRequired = async (
  client: pg.PoolClient,
  userId: string,
  required: boolean,
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.users set second_factor_required = $2, updated_at = $3 where id = $1 and second_factor_required <> $2",
    [userId, required, now],
  );
  return rowCount === 1;
};

/** Where mail to the person goes. */
export const findAddress = async (client: pg.PoolClient, userId: string): Promise<string | undefined> => {
  const { rows } = await client.query<{ email: string }>("select email from auth.users where id = $1", [userId]);
  return rows[0]?.email;
};

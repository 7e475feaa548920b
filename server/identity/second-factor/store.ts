import type pg from "pg";

/** What a person can show beside the first factor, and whether it is asked for. */
export interface SecondFactors {
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

export const readSecondFactors = async (client: pg.Pool | pg.PoolClient, userId: string): Promise<SecondFactors> => {
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

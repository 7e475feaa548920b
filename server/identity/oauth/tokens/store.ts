import type pg from "pg";

interface RevokedToken {
  readonly jti: string;
  readonly sessionId: string | undefined;
  readonly expiresAt: Date;
}

export const addRevokedToken = async (
  client: pg.PoolClient,
  { jti, sessionId, expiresAt }: RevokedToken,
): Promise<void> => {
  await client.query(
    "insert into auth.revoked_access_tokens (jti, session_id, expires_at) select $1, s.id, $3 from (select 1) one left join auth.sessions s on s.id = $2 on conflict do nothing",
    [jti, sessionId ?? null, expiresAt],
  );
};

import type pg from "pg";
import type { AuthDatabase } from "../../database/store.ts";

/** One thing the engine keeps. Its id and its user code are known by their SHA-256 alone. */
export interface PayloadRow {
  readonly payload: Record<string, unknown>;
  readonly consumed_at: Date | null;
}

export interface NewPayload {
  readonly model: string;
  readonly idHash: Buffer;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: string | undefined;
  readonly userCodeHash: Buffer | undefined;
  /** The session it lives and dies with. */
  readonly sessionId: string | undefined;
  readonly expiresAt: Date | undefined;
}

export const savePayload = async ({ pool }: AuthDatabase, row: NewPayload): Promise<void> => {
  await pool.query({
    name: "oauth_save",
    text: `insert into auth.oidc_payloads as p (model, id_hash, payload, grant_id, user_code_hash, sid, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (model, id_hash) do update set payload = excluded.payload, grant_id = excluded.grant_id,
        user_code_hash = excluded.user_code_hash, sid = excluded.sid, expires_at = excluded.expires_at`,
    values: [
      row.model,
      row.idHash,
      JSON.stringify(row.payload),
      row.grantId ?? null,
      row.userCodeHash ?? null,
      row.sessionId ?? null,
      row.expiresAt ?? null,
    ],
  });
};

/** Notes that something was used; false where it had been, and still counts. */
export const noteUse = async (
  { pool }: AuthDatabase,
  { idHash, now, expiresAt }: { readonly idHash: Buffer; readonly now: Date; readonly expiresAt: Date },
): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: "oauth_note_use",
    text: `insert into auth.oidc_payloads as p (model, id_hash, payload, expires_at) values ('ReplayDetection', $1, '{}', $3)
      on conflict (model, id_hash) do update set expires_at = excluded.expires_at where p.expires_at <= $2`,
    values: [idHash, now, expiresAt],
  });
  return rowCount === 1;
};

// What belongs to a session that has ended is not there any more, whichever way it ended.
const alive = `(p.expires_at is null or p.expires_at > $3) and (p.sid is null or exists (
  select from auth.sessions s join auth.users u on u.id = s.user_id
  where s.id = p.sid and s.revoked_at is null and s.idle_expires_at > $3 and s.absolute_expires_at > $3 and u.status = 'active'))`;

export const findPayload = async (
  { pool }: AuthDatabase,
  model: string,
  idHash: Buffer,
  now: Date,
): Promise<PayloadRow | undefined> => {
  const { rows } = await pool.query<PayloadRow>({
    name: "oauth_find",
    text: `select p.payload, p.consumed_at from auth.oidc_payloads p where p.model = $1 and p.id_hash = $2 and ${alive}`,
    values: [model, idHash, now],
  });
  return rows[0];
};

export const findPayloadByUserCode = async (
  { pool }: AuthDatabase,
  model: string,
  userCodeHash: Buffer,
  now: Date,
): Promise<(PayloadRow & { readonly id_hash: Buffer }) | undefined> => {
  const { rows } = await pool.query<PayloadRow & { readonly id_hash: Buffer }>({
    name: "oauth_find_by_user_code",
    text: `select p.id_hash, p.payload, p.consumed_at from auth.oidc_payloads p where p.model = $1 and p.user_code_hash = $2 and ${alive}`,
    values: [model, userCodeHash, now],
  });
  return rows[0];
};

/** Marks it used; false where somebody else was first. */
export const consumePayload = async (
  { pool }: AuthDatabase,
  model: string,
  idHash: Buffer,
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: "oauth_consume",
    text: "update auth.oidc_payloads set consumed_at = $3 where model = $1 and id_hash = $2 and consumed_at is null",
    values: [model, idHash, now],
  });
  return rowCount === 1;
};

/** Answers a device code once: the second decision finds it decided. */
export const decidePayload = async (
  { pool }: AuthDatabase,
  model: string,
  idHash: Buffer,
  changes: Readonly<Record<string, unknown>>,
  { grantId, sessionId }: { readonly grantId?: string | undefined; readonly sessionId?: string | undefined },
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update auth.oidc_payloads set payload = payload || $3::jsonb, grant_id = $4, sid = $5
     where model = $1 and id_hash = $2 and consumed_at is null and not payload ? 'accountId' and not payload ? 'error'`,
    [model, idHash, JSON.stringify(changes), grantId ?? null, sessionId ?? null],
  );
  return rowCount === 1;
};

export const removePayload = async ({ pool }: AuthDatabase, model: string, idHash: Buffer): Promise<void> => {
  await pool.query("delete from auth.oidc_payloads where model = $1 and id_hash = $2", [model, idHash]);
};

export const removeByGrant = async ({ pool }: AuthDatabase, model: string, grantId: string): Promise<void> => {
  await pool.query("delete from auth.oidc_payloads where model = $1 and grant_id = $2", [model, grantId]);
};

/** Notes for which organization a grant was given; empty: for none. */
export const bindGrant = async ({ pool }: AuthDatabase, grantId: string, organizationId: string): Promise<void> => {
  await pool.query({
    name: "oauth_bind_grant",
    text: `update auth.oidc_payloads set payload = payload || jsonb_build_object('organizationId', $2::text)
      where model = 'Grant' and id_hash = sha256(convert_to($1, 'UTF8'))`,
    values: [grantId, organizationId],
  });
};

/** The organization for which a grant was given; undefined where nobody was asked, as for our own web apps. */
export const findGrantOrganization = async ({ pool }: AuthDatabase, grantId: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ organization: string | null }>({
    name: "oauth_grant_organization",
    text: `select payload ->> 'organizationId' as organization from auth.oidc_payloads
      where model = 'Grant' and id_hash = sha256(convert_to($1, 'UTF8'))`,
    values: [grantId],
  });
  return rows[0]?.organization ?? undefined;
};

const issuedModel = "AccessToken";

interface IssuedToken {
  readonly jti: string;
  readonly grantId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly clientId: string;
  /** For which the grant was given; empty: for none. */
  readonly organizationId: string;
  /** The client has its tokens by the person's consent alone. */
  readonly needsConsent: boolean;
  readonly now: Date;
  readonly expiresAt: Date;
}

/**
 * Notes under which grant an access token was signed, the token itself is nowhere, and that the consent was used. Returns
 * what the consent covers for the organization; undefined where it was taken back meanwhile: that and this come one after the other.
 */
export const noteIssuedToken = async (
  { pool }: AuthDatabase,
  token: IssuedToken,
): Promise<readonly string[] | undefined> => {
  const { rows } = await pool.query<{ scopes: string[] }>({
    name: "oauth_note_issued_token",
    // Whoever ends the grant waits for this, or was first, and then nothing is issued.
    text: `with alive as (select from auth.oidc_payloads where model = 'Grant' and id_hash = sha256(convert_to($2, 'UTF8')) for key share),
      used as (update auth.oauth_consents set last_used_at = $8 where user_id = $5 and client_id = $6 returning organization_id, scopes),
      noted as (insert into auth.oidc_payloads (model, id_hash, payload, grant_id, sid, expires_at)
        select '${issuedModel}', sha256(convert_to($1, 'UTF8')), jsonb_build_object('token_id', $1::text), $2, $3, $4
        where (not $7 or exists (select from used)) and exists (select from alive) returning 1)
      select array(select distinct scope from used, unnest(scopes) scope
        where organization_id = $9 or not starts_with(scope, 'srv_')) as scopes from noted`,
    values: [
      token.jti,
      token.grantId,
      token.sessionId,
      token.expiresAt,
      token.userId,
      token.clientId,
      token.needsConsent,
      token.now,
      token.organizationId,
    ],
  });
  return rows[0]?.scopes;
};

const revokeIssued = async (client: pg.Pool | pg.PoolClient, grantIds: readonly string[]): Promise<void> => {
  await client.query(
    `with gone as (delete from auth.oidc_payloads where model = '${issuedModel}' and grant_id = any($1) returning payload, sid, expires_at)
     insert into auth.revoked_access_tokens (jti, session_id, expires_at)
       select payload ->> 'token_id', sid, expires_at from gone on conflict do nothing`,
    [grantIds],
  );
};

/** Revokes the access tokens that were signed under a grant. */
export const revokeIssuedTokens = ({ pool }: Pick<AuthDatabase, "pool">, grantId: string): Promise<void> =>
  revokeIssued(pool, [grantId]);

/** Ends grants with everything issued under them: the grants first, so that none of it is issued after it was looked for. */
const endGrants = async (client: pg.Pool | pg.PoolClient, grantIds: readonly string[]): Promise<void> => {
  await client.query(
    "delete from auth.oidc_payloads where model = 'Grant' and id_hash in (select sha256(convert_to(id, 'UTF8')) from unnest($1::text[]) id)",
    [grantIds],
  );
  await revokeIssued(client, grantIds);
  await client.query("delete from auth.oidc_payloads where grant_id = any($1)", [grantIds]);
};

/** Ends a grant with everything issued under it, after one of its codes or tokens came twice. */
export const endGrantOf = async (
  { pool }: Pick<AuthDatabase, "pool">,
  model: string,
  idHash: Buffer,
): Promise<void> => {
  const { rows } = await pool.query<{ grant_id: string | null }>(
    "select grant_id from auth.oidc_payloads where model = $1 and id_hash = $2",
    [model, idHash],
  );
  const grantId = rows[0]?.grant_id;
  if (grantId) await endGrants(pool, [grantId]);
};

/** Ends all that a person granted these clients, on the caller's transaction; returns how many grants there were. */
export const endGrantsOfClients = async (
  client: pg.PoolClient,
  userId: string,
  clientIds: readonly string[],
): Promise<number> => {
  // A grant's id is known by its digest alone; what was issued under it names it, and the session it lives with.
  const grants = await client.query<{ id_hash: Buffer }>(
    "delete from auth.oidc_payloads where model = 'Grant' and payload ->> 'accountId' = $1 and payload ->> 'clientId' = any($2) returning id_hash",
    [userId, clientIds],
  );
  const { rows } = await client.query<{ grant_id: string }>(
    `select distinct p.grant_id from auth.sessions s join auth.oidc_payloads p on p.sid = s.id
     where s.user_id = $1 and p.grant_id is not null and sha256(convert_to(p.grant_id, 'UTF8')) = any($2)`,
    [userId, grants.rows.map(({ id_hash }) => id_hash)],
  );
  await endGrants(
    client,
    rows.map(({ grant_id }) => grant_id),
  );
  return grants.rows.length;
};

/** A device code with what became of it, and how its client asks for it. */
export interface DeviceCodeRow extends PayloadRow {
  readonly expired: boolean;
  /** The client asked again before its interval was over, which is longer from now on. */
  readonly too_soon: boolean;
}

interface Poll {
  readonly idHash: Buffer;
  readonly now: Date;
  readonly intervalSeconds: number;
  /** Networks do not deliver to the millisecond. */
  readonly toleranceSeconds: number;
}

/** Notes that a client asks for its device code, while nobody has decided on it. An expired one is still told from an unknown one. */
export const pollDeviceCode = async ({ pool }: AuthDatabase, poll: Poll): Promise<DeviceCodeRow | undefined> => {
  const { rows } = await pool.query<DeviceCodeRow>({
    name: "oauth_poll_device_code",
    text: `with asked as (
        select model, id_hash, payload, consumed_at, expires_at, sid,
          coalesce((payload->>'pollInterval')::int, $3) as seconds, (payload->>'polledAt')::float8 as polled,
          consumed_at is null and not payload ? 'accountId' and not payload ? 'error' as waiting
        from auth.oidc_payloads where model = 'DeviceCode' and id_hash = $1 for update),
      judged as (select *, waiting and expires_at > $2 and polled is not null
          and extract(epoch from $2::timestamptz) - polled < seconds - $4 as too_soon from asked),
      noted as (update auth.oidc_payloads p set payload = p.payload || jsonb_build_object(
          'polledAt', extract(epoch from $2::timestamptz), 'pollInterval', j.seconds + case when j.too_soon then 5 else 0 end)
        from judged j where p.model = j.model and p.id_hash = j.id_hash and j.waiting)
      select payload, consumed_at, expires_at <= $2 as expired, too_soon from judged
        where sid is null or exists (select from auth.sessions s join auth.users u on u.id = s.user_id
          where s.id = judged.sid and s.revoked_at is null and s.idle_expires_at > $2 and s.absolute_expires_at > $2 and u.status = 'active')`,
    values: [poll.idHash, poll.now, poll.intervalSeconds, poll.toleranceSeconds],
  });
  return rows[0];
};

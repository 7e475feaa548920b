import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";
import { pickOrganization } from "../sessions/store.ts";

interface SignInFacts {
  readonly amr: string[];
  readonly absolute_expires_at: Date;
}

export const findSignInFacts = async ({ pool }: AuthDatabase, sessionId: string): Promise<SignInFacts | undefined> => {
  const { rows } = await pool.query<SignInFacts>({
    name: "oauth_sign_in_facts",
    text: "select amr, absolute_expires_at from auth.sessions where id = $1",
    values: [sessionId],
  });
  return rows[0];
};

const stillMember = `exists (select from auth.organization_memberships m
  where m.organization_id = s.active_organization_id and m.user_id = s.user_id and m.status = 'active')`;

/**
 * If the user is no longer an active member of the session's active organization, makes another of their organizations the
 * active one, or none.
 */
export const settleOrganization = async ({ pool }: AuthDatabase, sessionId: string): Promise<void> => {
  const { rows } = await pool.query<{ user_id: string }>("select user_id from auth.sessions where id = $1", [
    sessionId,
  ]);
  const userId = rows[0]?.user_id;
  if (userId === undefined) return;
  await pool.query(
    `update auth.sessions s set active_organization_id = ${pickOrganization} where s.id = $2 and s.user_id = $1 and not ${stillMember}`,
    [userId, sessionId],
  );
};

/** Records that a client holds tokens of the session, and extends the session's idle timeout. */
export const noteClientSession = async (
  { pool }: AuthDatabase,
  sessionId: string,
  clientId: string,
  { now, idleMs }: { readonly now: Date; readonly idleMs: number },
): Promise<void> => {
  await pool.query({
    name: "oauth_note_client_session",
    text: `with touched as (
        update auth.sessions s set last_seen_at = $3, idle_expires_at = least(s.absolute_expires_at, $3::timestamptz + make_interval(secs => $4::double precision / 1000))
        where s.id = $1 and s.revoked_at is null)
      insert into auth.client_sessions (session_id, client_id, created_at) values ($1, $2, $3) on conflict do nothing`,
    values: [sessionId, clientId, now, idleMs],
  });
};

/** Who agreed to a client's requests, and for which organization; empty: for none. */
export interface ConsentBy {
  readonly userId: string;
  readonly clientId: string;
  readonly organizationId: string;
}

/** The scopes that the user has granted to the client: in services for this organization, about themselves for any. */
export const findConsent = async (
  { pool }: AuthDatabase,
  { userId, clientId, organizationId }: ConsentBy,
): Promise<string[]> => {
  const { rows } = await pool.query<{ scope: string }>({
    name: "oauth_consent",
    text: `select distinct scope from auth.oauth_consents c, unnest(c.scopes) scope
      where c.user_id = $1 and c.client_id = $2 and (c.organization_id = $3 or not starts_with(scope, 'srv_'))`,
    values: [userId, clientId, organizationId],
  });
  return rows.map(({ scope }) => scope);
};

interface ConsentChange extends ConsentBy {
  readonly granted: readonly string[];
  /** Shown and not granted, maybe after it had been granted before. */
  readonly declined: readonly string[];
  readonly now: Date;
}

/** Adds to what the person has granted, and takes away from it; says whether anything was taken away. */
export const changeConsent = async (
  client: pg.PoolClient,
  { userId, clientId, organizationId, granted, declined, now }: ConsentChange,
): Promise<boolean> => {
  const { rowCount: narrowed } = await client.query(
    // What is told of the person is taken back for every organization, a service for this one.
    `update auth.oauth_consents c set scopes = array(select scope from unnest(c.scopes) scope where not scope = any($4) or (c.organization_id <> $3 and starts_with(scope, 'srv_')))
     where c.user_id = $1 and c.client_id = $2
       and exists (select from unnest(c.scopes) scope where scope = any($4) and (c.organization_id = $3 or not starts_with(scope, 'srv_')))`,
    [userId, clientId, organizationId, declined],
  );
  await client.query(
    `insert into auth.oauth_consents as c (user_id, client_id, organization_id, scopes, granted_at) values ($1, $2, $3, $4, $5)
     on conflict (user_id, client_id, organization_id) do update set granted_at = excluded.granted_at,
       scopes = (select array_agg(distinct scope order by scope) from unnest(c.scopes || excluded.scopes) scope)`,
    [userId, clientId, organizationId, granted, now],
  );
  return narrowed !== 0;
};

/** What the claims about a user are made of. */
export interface AccountFacts {
  readonly id: string;
  readonly name: string;
  readonly pictureUrl: string | null;
  readonly email: string;
  readonly emailVerified: boolean;
}

/** Undefined unless the account is active. */
export const findAccountFacts = async ({ pool }: AuthDatabase, userId: string): Promise<AccountFacts | undefined> => {
  const { rows } = await pool.query<AccountFacts>({
    name: "oauth_account",
    text: `select id, name, picture_url as "pictureUrl", email, email_verified_at is not null as "emailVerified"
      from auth.users where id = $1 and status = 'active'`,
    values: [userId],
  });
  return rows[0];
};

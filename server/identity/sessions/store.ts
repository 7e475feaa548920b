import { factorsShown } from "../step-up/factors-shown.ts";
import { factorsOfUser } from "../step-up/store.ts";
import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import type { AuthDatabase } from "../database/store.ts";
import { clearAttempts } from "../limits/store.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

export interface NewSession {
  readonly userId: string;
  /** Undefined for a sign-in on the pages of Auth itself. */
  readonly serviceId: string | undefined;
  readonly tokenHash: Buffer;
  /** The session that was there before the sign-in ends with it. */
  readonly previousTokenHash: Buffer | undefined;
  /** Its streak of failures ends with the sign-in. */
  readonly attemptKey: string | undefined;
  readonly amr: readonly string[];
  /** The organization at whose provider the person signed in. */
  readonly through: string | undefined;
  readonly userAgent: string | undefined;
  readonly now: Date;
  readonly idleExpiresAt: Date;
  readonly absoluteExpiresAt: Date;
}

// The organization last active, if the membership is still active; else the oldest membership in an active organization.
export const pickOrganization = `(select m.organization_id from auth.organization_memberships m join auth.organizations o on o.id = m.organization_id
  where m.user_id = $1 and m.status = 'active'
  order by (m.organization_id = (select s.active_organization_id from auth.sessions s where s.user_id = $1 order by s.last_seen_at desc limit 1)) desc nulls last,
    (o.status = 'active') desc, m.created_at, m.organization_id limit 1)`;

/** Ends the sessions that still live, with every value of theirs; returns which. */
export const endSessions = async (
  client: pg.PoolClient,
  sessionIds: readonly string[],
  reason: string,
  now: Date,
): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    "update auth.sessions set revoked_at = $2, revoked_reason = $3 where id = any($1) and revoked_at is null returning id",
    [sessionIds, now, reason],
  );
  await client.query(
    "update auth.refresh_tokens set revoked_at = $2, successor_sealed = null where session_id = any($1) and revoked_at is null",
    [sessionIds, now],
  );
  return rows.map(({ id }) => id);
};

interface SessionsOfUser {
  readonly userId: string;
  readonly exceptSessionId?: string | undefined;
  /** Only those whose active organization is this one. */
  readonly organizationId?: string | undefined;
}

/** Ends a person's sessions on the caller's transaction; returns which. The caller records why. */
export const endSessionsOfUser = async (
  client: pg.PoolClient,
  { userId, exceptSessionId, organizationId }: SessionsOfUser,
  reason: string,
  now: Date,
): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    `select id from auth.sessions where user_id = $1 and revoked_at is null and id is distinct from $2
       and ($3::text is null or active_organization_id = $3) for update`,
    [userId, exceptSessionId ?? null, organizationId ?? null],
  );
  return endSessions(
    client,
    rows.map(({ id }) => id),
    reason,
    now,
  );
};

const endPrevious = async (client: pg.PoolClient, tokenHash: Buffer, now: Date): Promise<string[]> => {
  const { rows } = await client.query<{ session_id: string }>(
    "select session_id from auth.refresh_tokens where token_hash = $1",
    [tokenHash],
  );
  return endSessions(
    client,
    rows.map(({ session_id }) => session_id),
    "superseded",
    now,
  );
};

/** Records a sign-in: the session, its first cookie value and the end of whatever session the browser held. */
export const insertSession = (
  { pool }: AuthDatabase,
  session: NewSession,
  origin: Origin,
  alongside?: (client: pg.PoolClient) => Promise<void>,
): Promise<string> =>
  inTransaction(pool, async (client) => {
    const { userId, now } = session;
    // The account before all else, as wherever sessions are ended: an end and this come one after the other.
    const active = await client.query("update auth.users set last_login_at = $2 where id = $1 and status = 'active'", [
      userId,
      now,
    ]);
    if (active.rowCount !== 1) throw new AuthError("account_suspended");
    await alongside?.(client);
    const superseded = session.previousTokenHash ? await endPrevious(client, session.previousTokenHash, now) : [];
    const id = newPrefixedId("ses");
    await client.query(
      `insert into auth.sessions (id, user_id, active_organization_id, auth_time, amr, factors_shown, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, signed_in_through)
       values ($2, $1, coalesce($10, ${pickOrganization}), $3, $4, $9, $5, $6, $3, $3, $7, $8, $10)`,
      [
        userId,
        id,
        now,
        session.amr,
        origin.ip ?? null,
        session.userAgent ?? null,
        session.idleExpiresAt,
        session.absoluteExpiresAt,
        factorsShown(session.amr),
        session.through ?? null,
      ],
    );
    await client.query(
      "insert into auth.refresh_tokens (id, session_id, kind, token_hash, service_id, created_at, expires_at) values ($1, $2, 'browser', $3, $4, $5, $6)",
      [newPrefixedId("rft"), id, session.tokenHash, session.serviceId ?? null, now, session.absoluteExpiresAt],
    );
    if (session.attemptKey !== undefined) await clearAttempts(client, session.attemptKey);
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: userId,
        action: "session.start",
        target: id,
        details: { serviceId: session.serviceId ?? null, amr: session.amr, superseded },
      },
      now,
    );
    return id;
  });

/** Ends a session and every value of it; false where it had ended before. */
export const revokeSession = (
  { pool }: AuthDatabase,
  sessionId: string,
  actorId: string,
  reason: string,
  now: Date,
  origin: Origin,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const ended = await endSessions(client, [sessionId], reason, now);
    if (ended.length > 0)
      await recordAudit(
        client,
        { ...origin, actorType: "user", actorId, action: "session.end", target: sessionId, details: { reason } },
        now,
      );
    return ended.length > 0;
  });

export interface Renewal {
  readonly sessionId: string;
  /** Of the cookie that came with the request. */
  readonly presentedHash: Buffer | undefined;
  readonly tokenHash: Buffer;
  readonly serviceId: string | undefined;
  /** Methods shown just now. */
  readonly amr: readonly string[];
  readonly now: Date;
  /** When that was, for `auth_time`. */
  readonly shownAt: Date;
}

/** Renews `auth_time`, if enough was shown, and, where the request carried the session's cookie, its value. Undefined where the session has ended. */
export const renewSession = async (
  client: pg.PoolClient,
  { sessionId, presentedHash, tokenHash, serviceId, amr, now, shownAt }: Renewal,
): Promise<{ readonly replaced: boolean; readonly expiresAt: Date } | undefined> => {
  const { rows } = await client.query<{ absolute_expires_at: Date }>(
    // One factor is no recent sign-in of an account that has two.
    `update auth.sessions s set auth_time = case when $4 < shown.needed then s.auth_time else $2 end,
       factors_shown = case when $4 < shown.needed then s.factors_shown else $4 end,
       amr = array(select distinct method from unnest(s.amr || $3::text[]) method)
     from auth.users u cross join lateral (select ${factorsOfUser} as needed) shown where s.id = $1 and s.revoked_at is null and u.id = s.user_id returning s.absolute_expires_at`,
    [sessionId, shownAt, amr, factorsShown(amr)],
  );
  const expiresAt = rows[0]?.absolute_expires_at;
  if (!expiresAt) return undefined;
  const own = await client.query("select from auth.refresh_tokens where session_id = $1 and token_hash = $2", [
    sessionId,
    presentedHash ?? null,
  ]);
  if (own.rowCount !== 1) return { replaced: false, expiresAt };
  await client.query(
    "update auth.refresh_tokens set revoked_at = $2, successor_sealed = null where session_id = $1 and kind = 'browser' and revoked_at is null",
    [sessionId, now],
  );
  await client.query(
    "insert into auth.refresh_tokens (id, session_id, kind, token_hash, service_id, created_at, expires_at) values ($1, $2, 'browser', $3, $4, $5, $6)",
    [newPrefixedId("rft"), sessionId, tokenHash, serviceId ?? null, now, expiresAt],
  );
  return { replaced: true, expiresAt };
};

/** Makes another organization the active one; false where the user is not an active member of it. */
export const setActiveOrganization = (
  { pool }: AuthDatabase,
  sessionId: string,
  userId: string,
  organizationId: string,
  now: Date,
  origin: Origin,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const changed = await client.query(
      `update auth.sessions s set active_organization_id = $2 where s.id = $1 and s.user_id = $3 and s.revoked_at is null
         and exists (select from auth.organization_memberships m where m.organization_id = $2 and m.user_id = $3 and m.status = 'active')`,
      [sessionId, organizationId, userId],
    );
    if (changed.rowCount !== 1) return false;
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: userId,
        organizationId,
        action: "session.organization-changed",
        target: sessionId,
      },
      now,
    );
    return true;
  });

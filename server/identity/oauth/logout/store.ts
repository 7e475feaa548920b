import type { AuthDatabase } from "../../database/store.ts";

/** A client to notify of the end of a session. */
export interface DueLogout {
  readonly sessionId: string;
  readonly clientId: string;
  readonly userId: string;
  /** Null: it asked for no notification. */
  readonly uri: string | null;
  /** This one included. */
  readonly attempts: number;
}

interface TakeDue {
  readonly now: Date;
  readonly limit: number;
  /** Nobody else takes them for so long; longer after each attempt. */
  readonly retryAfterMs: readonly number[];
}

/** Takes what is due, so that processes sharing the database do not tell a client twice at a time. */
export const takeDueLogouts = async (
  { pool }: AuthDatabase,
  { now, limit, retryAfterMs }: TakeDue,
): Promise<readonly DueLogout[]> => {
  const { rows } = await pool.query<DueLogout>({
    name: "oauth_take_due_logouts",
    text: `with due as (
        select session_id, client_id from auth.client_sessions
        where logout_due_at is not null and logout_done_at is null and (logout_next_at is null or logout_next_at <= $1)
        order by logout_due_at limit $2 for update skip locked)
      update auth.client_sessions t set logout_attempts = t.logout_attempts + 1,
        logout_next_at = $1::timestamptz + make_interval(secs => ($3::float8[])[least(t.logout_attempts + 1, cardinality($3::float8[]))] / 1000)
      from due join auth.sessions s on s.id = due.session_id join auth.service_clients c on c.client_id = due.client_id
      where t.session_id = due.session_id and t.client_id = due.client_id
      returning t.session_id as "sessionId", t.client_id as "clientId", s.user_id as "userId", t.logout_attempts as attempts,
        case when c.disabled_at is null then c.backchannel_logout_uri end as uri`,
    values: [now, limit, retryAfterMs],
  });
  return rows;
};

export const finishLogout = async (
  { pool }: AuthDatabase,
  { sessionId, clientId }: DueLogout,
  outcome: "delivered" | "given_up" | "not_asked",
  now: Date,
): Promise<void> => {
  await pool.query(
    "update auth.client_sessions set logout_done_at = $3, logout_outcome = $4 where session_id = $1 and client_id = $2",
    [sessionId, clientId, now, outcome],
  );
};

/** Sessions that ended without anybody ending them: run out, or of an account that is not active any more. */
export const markSilentEnds = async ({ pool }: AuthDatabase, now: Date): Promise<void> => {
  await pool.query(
    `update auth.client_sessions t set logout_due_at = $1 from auth.sessions s join auth.users u on u.id = s.user_id
     where t.session_id = s.id and t.logout_due_at is null
       and (s.idle_expires_at <= $1 or s.absolute_expires_at <= $1 or u.status <> 'active')`,
    [now],
  );
};

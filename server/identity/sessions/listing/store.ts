import type { AuthDatabase } from "../../database/store.ts";

/** A live session as its owner sees it. */
export interface ListedSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly amr: readonly string[];
  readonly organizationId: string | null;
}

const most = 200;

/** A person's live sessions, the newest first. */
export const listLiveSessions = async (
  { pool }: AuthDatabase,
  userId: string,
  now: Date,
): Promise<readonly ListedSession[]> => {
  const { rows } = await pool.query<ListedSession>(
    `select id, created_at as "createdAt", last_seen_at as "lastSeenAt", ip, user_agent as "userAgent", amr,
       active_organization_id as "organizationId"
     from auth.sessions where user_id = $1 and revoked_at is null and idle_expires_at > $2 and absolute_expires_at > $2
     order by created_at desc, id desc limit $3`,
    [userId, now, most],
  );
  return rows;
};

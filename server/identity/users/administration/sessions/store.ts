import type { PoolClient } from "pg";
import { inTransaction } from "../../../../platform/db/transaction.ts";
import type { AuthDatabase } from "../../../database/store.ts";
import { endSessions, endSessionsOfUser } from "../../../sessions/store.ts";

interface Which {
  readonly userId: string;
  /** All of them, where it is left out. */
  readonly sessionId: string | undefined;
  /** Only those whose active organization is this one. */
  readonly organizationId: string | undefined;
}

/** Ends sessions of a person and lets the caller record it in the same transaction; returns which. */
export const endUserSessions = (
  { pool }: AuthDatabase,
  { userId, sessionId, organizationId }: Which,
  record: (client: PoolClient, ended: readonly string[], now: Date) => Promise<void>,
  now: Date,
): Promise<readonly string[]> =>
  inTransaction(pool, async (client) => {
    const ended =
      sessionId === undefined
        ? await endSessionsOfUser(client, { userId, organizationId }, "revoked_by_administrator", now)
        : await endSessions(
            client,
            (
              await client.query<{ id: string }>(
                "select id from auth.sessions where id = $1 and user_id = $2 and ($3::text is null or active_organization_id = $3) for update",
                [sessionId, userId, organizationId ?? null],
              )
            ).rows.map(({ id }) => id),
            "revoked_by_administrator",
            now,
          );
    if (ended.length > 0) await record(client, ended, now);
    return ended;
  });

interface ListSessions {
  readonly organizationId: string;
  readonly search: string | undefined;
  /** The last session of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
  readonly now: Date;
}

export interface OrganizationSessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly amr: string[];
}

/** Live sessions in which the organization is the active one, newest first; ids grow with time. */
export const listOrganizationSessionRows = async (
  { pool }: AuthDatabase,
  { organizationId, search, after, limit, now }: ListSessions,
): Promise<OrganizationSessionRow[]> => {
  const { rows } = await pool.query<OrganizationSessionRow>(
    `select s.id, s.user_id, u.name, u.email, m.role, s.created_at, s.last_seen_at, s.ip, s.user_agent, s.amr
       from auth.organization_memberships m
       join auth.users u on u.id = m.user_id
       join auth.sessions s on s.user_id = m.user_id and s.active_organization_id = m.organization_id
      where m.organization_id = $1 and s.revoked_at is null and s.idle_expires_at > $5 and s.absolute_expires_at > $5
        and ($2::text is null or strpos(lower(u.email || ' ' || u.name), lower($2)) > 0) and ($3::text is null or s.id < $3)
      order by s.id desc limit $4`,
    [organizationId, search ?? null, after ?? null, limit, now],
  );
  return rows;
};

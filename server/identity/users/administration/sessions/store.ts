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

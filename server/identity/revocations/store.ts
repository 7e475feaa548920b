import type { AuthDatabase } from "../database/store.ts";
import type { Connection } from "../../platform/db/connect.ts";

/** What has changed since an earlier reading, and the snapshot that the next one starts from. */
export interface FeedReading {
  readonly snapshot: string;
  /** Each subject once, in no order; one more than `maxChanges` where there are too many to tell. */
  readonly changed: readonly string[];
}

/** Reads the feed table on a connection that listens for changes of it. */
export interface FeedConnection {
  /** All that was committed before this moment and not visible in the snapshot; without one, where to start from. */
  readonly read: (since: string | undefined) => Promise<FeedReading>;
  readonly close: () => Promise<void>;
}

/** Changes that are told one by one; more in one reading count as everything. */
export const maxChanges = 5_000;

const statementTimeoutMs = 2_000;

interface OpenFeedConnection {
  /** Something was committed. */
  readonly onChange: () => void;
  /** Called at most once. */
  readonly onLost: () => void;
}

const readSince = async ({ client }: Connection, since: string): Promise<FeedReading> => {
  // Transactions commit in any order, so that no number would do as a cursor: a snapshot names exactly what was seen.
  const { rows } = await client.query<FeedReading>({
    name: "auth_revocation_feed",
    text: `select pg_current_snapshot()::text as snapshot, array(
        select distinct subject_id from auth.revocation_feed
        where transaction_id >= pg_snapshot_xmin($1::text::pg_snapshot)::text::bigint
          and not pg_visible_in_snapshot(transaction_id::text::xid8, $1::text::pg_snapshot) limit ${maxChanges + 1}) as changed`,
    values: [since],
  });
  if (!rows[0]) throw new Error("the feed answered nothing");
  return rows[0];
};

const start = async ({ client }: Connection): Promise<FeedReading> => {
  const { rows } = await client.query<{ snapshot: string }>("select pg_current_snapshot()::text as snapshot");
  if (!rows[0]) throw new Error("the feed answered nothing");
  return { snapshot: rows[0].snapshot, changed: [] };
};

export const openFeedConnection = async (
  db: AuthDatabase,
  { onChange, onLost }: OpenFeedConnection,
): Promise<FeedConnection> => {
  const connection = await db.connect({ applicationName: "topolo-auth-feed", statementTimeoutMs, onLost });
  connection.client.on("notification", onChange);
  try {
    await connection.client.query("listen auth_revocation");
  } catch (error) {
    connection.discard();
    throw error;
  }
  return {
    read: (since) => (since === undefined ? start(connection) : readSince(connection, since)),
    close: connection.close,
  };
};

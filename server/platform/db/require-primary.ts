import type { Client, ClientBase } from "pg";

/** What answers is not the server that may be written to now: a standby, or a primary that another one has replaced. */
export class NotPrimary extends Error {
  override readonly name = "NotPrimary";
  /** As PostgreSQL itself says of a write there: nothing was done. */
  readonly code = "25006";
}

/** The newest timeline of each cluster that this process has seen: every promotion begins one. */
const newest = new Map<string, number>();

interface ServerRole {
  readonly cluster: string;
  readonly standby: boolean;
  readonly readonly: boolean;
  /** Of what it writes now; null where it writes nothing. */
  readonly timeline: number | null;
}

const question = `select s.system_identifier::text as cluster, r.standby, current_setting('transaction_read_only') = 'on' as readonly,
  case when not r.standby then ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int end as timeline
  from pg_control_system() s, (select pg_is_in_recovery() as standby) r`;

/** Why a server may not be written to; undefined where it may. Remembers its timeline. */
export const objectionToServer = ({ cluster, standby, readonly, timeline }: ServerRole): string | undefined => {
  if (standby) return "the database server is a standby";
  if (readonly) return "the database server takes no writes (default_transaction_read_only)";
  const seen = newest.get(cluster) ?? 0;
  if (timeline === null || timeline >= seen) {
    if (timeline !== null) newest.set(cluster, timeline);
    return undefined;
  }
  return `the database server is a primary of timeline ${timeline}, which one of timeline ${seen} has replaced`;
};

/** Refuses a standby, and a primary that has been replaced and does not know it yet. */
export const requirePrimary = async (client: ClientBase): Promise<void> => {
  const { rows } = await client.query<ServerRole>(question);
  const objection = rows[0] && objectionToServer(rows[0]);
  if (objection !== undefined) throw new NotPrimary(objection);
};

/** The routine of the server that waits for standbys, as it signs its messages in every language. */
const waitingRoutine = "SyncRepWaitForLSN";

/**
 * Somebody ended a commit's wait for its standby: the server says so, and goes on to report success, though a failover would
 * undo it. The connection counts as broken before it does, so that the outcome is unknown.
 */
export const refuseEarlyCommits = (client: ClientBase): void => {
  client.on("notice", ({ routine }) => {
    if (routine !== waitingRoutine) return;
    const { connection } = client as Client;
    // At once: success may have arrived in the same packet.
    connection.emit("error", new Error("Connection terminated: a commit was not waited for by its standby"));
    connection.stream.destroy();
  });
};

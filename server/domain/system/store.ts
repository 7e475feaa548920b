import type pg from "pg";

export interface DatabaseFacts {
  readonly version: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly full_page_writes: string;
  /** ms since the epoch. */
  readonly now: number;
}

export const databaseFacts = async (pool: pg.Pool): Promise<DatabaseFacts> => {
  const { rows } = await pool.query<DatabaseFacts>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit, current_setting('full_page_writes') as full_page_writes,
            (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  );
  const [facts] = rows;
  if (!facts) throw new Error("the database tells nothing of itself");
  return facts;
};

export interface InstallationFacts {
  readonly version: string;
  readonly versionNumber: number;
  readonly encoding: string;
  /** The cluster's own number; "?" where the server does not tell. */
  readonly cluster: string;
  readonly stop: string | null;
  /** The collation has another version than the one that indexes were built with. */
  readonly sortedAnew: boolean;
  /** Of tables that this user may not act as the owner of. */
  readonly owners: readonly string[];
  /** Default partitions that hold rows. */
  readonly strays: readonly string[];
}

/** Undefined where the migrations that know of it have not been applied. */
export const installationFacts = async (pool: pg.Pool): Promise<InstallationFacts | undefined> => {
  const known = await pool.query<{ is: boolean }>(
    "select to_regprocedure('nexus.nexus_spending_stop()') is not null as is",
  );
  if (known.rows[0]?.is !== true) return undefined;
  const { rows } = await pool.query<InstallationFacts>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
            current_setting('server_encoding') as encoding, nexus.nexus_cluster() as cluster, nexus.nexus_spending_stop() as stop,
            coalesce((select datcollversion is distinct from pg_database_collation_actual_version(oid)
                        from pg_database where datname = current_database()), false) as "sortedAnew",
            array(select distinct relowner::regrole::text from pg_class
                   where relnamespace in (to_regnamespace('nexus'), to_regnamespace('auth'))
                     and not pg_has_role(current_user, relowner, 'usage')) as owners,
            array_remove(array[case when exists (select from nexus.operation_default) then 'operation_default' end,
                               case when exists (select from nexus.entry_default) then 'entry_default' end], null) as strays`,
  );
  return rows[0];
};

export interface ProcessRow {
  readonly id: string;
  readonly started_at: Date;
  readonly heard_ms: number;
}

/** Processes that were heard of in the last minute. */
export const selectProcesses = async (pool: pg.Pool): Promise<ProcessRow[]> => {
  const { rows } = await pool.query<ProcessRow>(
    `select process_id as id, started_at, (extract(epoch from clock_timestamp() - renewed_at) * 1000)::int as heard_ms
       from nexus.process_heartbeat where renewed_at > clock_timestamp() - interval '1 minute' order by started_at limit 100`,
  );
  return rows;
};

export const selectTasks = async (pool: pg.Pool): Promise<{ readonly task: string; readonly done_at: Date }[]> => {
  const { rows } = await pool.query<{ task: string; done_at: Date }>(
    "select task, done_at from nexus.worker_task order by task limit 100",
  );
  return rows;
};

/** Of the mail that is due first, what came back at least once. */
export const countRetried = async (pool: pg.Pool, looked: number): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) filter (where tries > 0)::int as count
       from (select tries from nexus.act_queue where waiting order by due_at limit $1) first`,
    [looked],
  );
  return rows[0]?.count ?? 0;
};

/** Changes of which Auth is still to be told. */
export const selectUntoldDepth = async (
  pool: pg.Pool,
): Promise<{ readonly count: number; readonly oldest: Date | null }> => {
  const { rows } = await pool.query<{ count: number; oldest: Date | null }>(
    "select count(*)::int as count, min(created_at) as oldest from nexus.untold_change",
  );
  return rows[0] ?? { count: 0, oldest: null };
};

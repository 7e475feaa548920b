import type pg from "pg";

export const organizationIdOfSlug = async (pool: pg.Pool, slug: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ id: string }>("select id from auth.organizations where slug = $1", [slug]);
  return rows[0]?.id;
};

/** Organizations with the words people know them by. */
export const organizationNames = async (
  pool: pg.Pool,
): Promise<readonly { readonly id: string; readonly names: readonly string[] }[]> => {
  const { rows } = await pool.query<{ id: string; slug: string; name: string }>(
    "select id, slug, name from auth.organizations where status <> 'revoked' order by id limit 5000",
  );
  return rows.map(({ id, slug, name }) => ({ id, names: [slug, name] }));
};

/** The organizations of the newest calls. */
export const organizationsCallingLately = async (pool: pg.Pool, calls: number): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ org_id: string }>(
    "select distinct org_id from (select org_id from nexus.operation order by operation_id desc limit $1) newest",
    [calls],
  );
  return rows.map(({ org_id }) => org_id);
};

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

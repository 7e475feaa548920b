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
    "select distinct org_id from (select org_id from nexus.intent order by iid desc limit $1) newest",
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
  readonly has_role: boolean;
  readonly may_use_role: boolean;
}

export const databaseFacts = async (pool: pg.Pool): Promise<DatabaseFacts> => {
  const { rows } = await pool.query<DatabaseFacts>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit, current_setting('full_page_writes') as full_page_writes,
            (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
            exists (select from pg_roles where rolname = 'nexus_app') as has_role,
            coalesce((select pg_has_role(oid, 'member') from pg_roles where rolname = 'nexus_app'), false) as may_use_role`,
  );
  const [facts] = rows;
  if (!facts) throw new Error("the database tells nothing of itself");
  return facts;
};

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

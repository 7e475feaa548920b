import type pg from "pg";

/** The name of an app or of a service token, which are known here. */
export const selectScopeName = async (
  pool: pg.Pool,
  organizationId: string,
  id: string,
): Promise<string | undefined> => {
  const { rows } = await pool.query<{ name: string }>(
    `select name from nexus.app where id = $2 union all
     select label from nexus.service_token where organization_id = $1 and id = $2 limit 1`,
    [organizationId, id],
  );
  return rows[0]?.name;
};

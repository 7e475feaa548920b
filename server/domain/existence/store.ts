import type pg from "pg";

/** Whether a live service token may act for the organization. */
export const actsForOrganization = async (pool: pg.Pool, tokenId: string, organizationId: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from nexus.service_token
      where id = $1 and revoked_at is null and (organizations is null or $2 = any(organizations))`,
    [tokenId, organizationId],
  );
  return rowCount === 1;
};

import type pg from "pg";

interface NameRow {
  readonly id: string;
  readonly name: string;
}

export const selectAppNames = async (pool: pg.Pool, ids: readonly string[]): Promise<NameRow[]> =>
  (await pool.query<NameRow>("select id, name from nexus.app where id = any ($1)", [ids])).rows;

export const selectTokenLabels = async (
  pool: pg.Pool,
  organizationId: string,
  ids: readonly string[],
): Promise<NameRow[]> =>
  (
    await pool.query<NameRow>(
      "select id, label as name from nexus.service_token where organization_id = $1 and id = any ($2)",
      [organizationId, ids],
    )
  ).rows;

export interface WalletRow {
  readonly level: string;
  readonly app_id: string;
  readonly customer_id: string;
  readonly name: string | null;
}

export const selectWallets = async (
  pool: pg.Pool,
  organizationId: string,
  levels: readonly string[],
): Promise<WalletRow[]> =>
  (
    await pool.query<WalletRow>(
      `select w.budget_id::text as level, c.app_id, c.customer_id, c.name from nexus.wallet w join nexus.customer c using (wallet_id)
        where c.org_id = $1 and w.budget_id = any ($2::bigint[])`,
      [organizationId, levels],
    )
  ).rows;

/** Budget rows of the wallets of customers with this id, of one app or of each that has one. */
export const selectWalletsOf = async (
  pool: pg.Pool,
  organizationId: string,
  appId: string | undefined,
  customerId: string,
): Promise<string[]> => {
  const { rows } = await pool.query<{ level: string }>(
    `select w.budget_id::text as level from nexus.customer c join nexus.wallet w using (wallet_id)
      where c.org_id = $1 and c.customer_id = $3 and ($2::text is null or c.app_id = $2)`,
    [organizationId, appId ?? null, customerId],
  );
  return rows.map(({ level }) => level);
};

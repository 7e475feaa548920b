import type pg from "pg";

/** A domain that an organization may send for. */
export interface EmailSenderRow {
  readonly organizationId: string;
  readonly domain: string;
  readonly addedBy: string;
  readonly addedAt: Date;
}

export const isEmailSender = async (pool: pg.Pool, organizationId: string, domain: string): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: "is_email_sender",
    text: "select from nexus.email_sender where organization_id = $1 and domain = $2",
    values: [organizationId, domain],
  });
  return rowCount !== 0;
};

export const selectEmailSenders = async (pool: pg.Pool, organizationId: string): Promise<EmailSenderRow[]> => {
  const { rows } = await pool.query<EmailSenderRow>(
    `select organization_id as "organizationId", domain, added_by as "addedBy", added_at as "addedAt"
       from nexus.email_sender where organization_id = $1 order by domain`,
    [organizationId],
  );
  return rows;
};

/** False where it was there already. */
export const insertEmailSender = async (tx: pg.PoolClient, row: EmailSenderRow): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nexus.email_sender (organization_id, domain, added_by, added_at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [row.organizationId, row.domain, row.addedBy, row.addedAt],
  );
  return rowCount !== 0;
};

/** False where there was none. */
export const deleteEmailSender = async (
  tx: pg.PoolClient,
  organizationId: string,
  domain: string,
): Promise<boolean> => {
  const { rowCount } = await tx.query("delete from nexus.email_sender where organization_id = $1 and domain = $2", [
    organizationId,
    domain,
  ]);
  return rowCount !== 0;
};

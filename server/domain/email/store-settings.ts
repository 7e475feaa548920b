import type pg from "pg";
import type { MailCap } from "../../contracts/email/mail-cap.ts";

/** Null where the product's own holds. */
export interface EmailSettingsRow {
  readonly caps: readonly MailCap[] | null;
  readonly contentDays: number | null;
}

const nothingSet: EmailSettingsRow = { caps: null, contentDays: null };

export const selectEmailSettings = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
): Promise<EmailSettingsRow> => {
  const { rows } = await db.query<EmailSettingsRow>(
    `select caps, content_days as "contentDays" from nexus.email_setting where org_id = $1`,
    [organizationId],
  );
  return rows[0] ?? nothingSet;
};

/** The row as it is, locked until the transaction ends. */
export const lockEmailSettings = async (tx: pg.PoolClient, organizationId: string): Promise<EmailSettingsRow> => {
  await tx.query("insert into nexus.email_setting (org_id) values ($1) on conflict do nothing", [organizationId]);
  await tx.query("select from nexus.email_setting where org_id = $1 for update", [organizationId]);
  return selectEmailSettings(tx, organizationId);
};

export const updateEmailSettings = async (
  tx: pg.PoolClient,
  organizationId: string,
  { caps, contentDays }: EmailSettingsRow,
): Promise<void> => {
  await tx.query("update nexus.email_setting set caps = $2, content_days = $3 where org_id = $1", [
    organizationId,
    caps === null ? null : JSON.stringify(caps),
    contentDays,
  ]);
  // What is to be kept for a shorter time is kept for that time from now on.
  if (contentDays !== null)
    await tx.query(
      `update nexus.email_content c set expires_at = least(c.expires_at, m.created_at + $2 * interval '1 day')
         from nexus.email_message m where m.email_id = c.email_id and m.org_id = $1`,
      [organizationId, contentDays],
    );
};

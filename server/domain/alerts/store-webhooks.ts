import type pg from "pg";

type Reader = pg.Pool | pg.PoolClient;

export interface WebhookRow {
  readonly id: string;
  readonly label: string;
  readonly url: string;
  readonly previous_until: Date | null;
  readonly created_at: Date;
  readonly rotated_at: Date | null;
}

const shown = "id, label, url, previous_until, created_at, rotated_at";

export const selectWebhooks = async (db: Reader, organizationId: string): Promise<WebhookRow[]> => {
  const { rows } = await db.query<WebhookRow>(
    `select ${shown} from nexus.webhook where organization_id = $1 order by id`,
    [organizationId],
  );
  return rows;
};

export const selectWebhookIds = async (db: Reader, organizationId: string): Promise<string[]> =>
  (await selectWebhooks(db, organizationId)).map(({ id }) => id);

interface NewWebhook {
  readonly id: string;
  readonly organizationId: string;
  readonly label: string;
  readonly url: string;
  /** Sealed. */
  readonly secrets: Uint8Array;
}

export const insertWebhook = async (
  tx: pg.PoolClient,
  { id, organizationId, label, url, secrets }: NewWebhook,
): Promise<WebhookRow | undefined> => {
  const { rows } = await tx.query<WebhookRow>(
    `insert into nexus.webhook (id, organization_id, label, url, secrets) values ($1, $2, $3, $4, $5) returning ${shown}`,
    [id, organizationId, label, url, secrets],
  );
  return rows[0];
};

/** For how long the secret before signs on. */
export const replaceSecrets = async (
  tx: pg.PoolClient,
  { id, secrets, overlapMs }: { readonly id: string; readonly secrets: Uint8Array; readonly overlapMs: number },
): Promise<WebhookRow | undefined> => {
  const { rows } = await tx.query<WebhookRow>(
    `update nexus.webhook set secrets = $2, rotated_at = clock_timestamp(),
            previous_until = case when $3::bigint > 0 then clock_timestamp() + $3::bigint * interval '1 millisecond' end
      where id = $1 returning ${shown}`,
    [id, secrets, overlapMs],
  );
  return rows[0];
};

/** Gone with its place in the budgets' settings; what waits for it is told to nobody. */
export const deleteWebhook = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
): Promise<string | undefined> => {
  const { rows } = await tx.query<{ label: string }>(
    "delete from nexus.webhook where organization_id = $1 and id = $2 returning label",
    [organizationId, id],
  );
  if (!rows[0]) return undefined;
  await tx.query(
    `update nexus.alert_setting set webhook_ids = array_remove(webhook_ids, $2::uuid)
      where organization_id = $1 and $2::uuid = any (webhook_ids)`,
    [organizationId, id],
  );
  await tx.query(
    `update nexus.alert_delivery set state = 'failed', ended_at = clock_timestamp(), error = 'The webhook was removed.'
      where organization_id = $1 and webhook_id = $2 and state = 'waiting'`,
    [organizationId, id],
  );
  return rows[0].label;
};

export interface SealedWebhook {
  readonly id: string;
  readonly url: string;
  readonly secrets: Buffer;
  /** Whether the secret before is still in force. */
  readonly overlaps: boolean;
}

const sealed = "id, url, secrets, coalesce(previous_until > clock_timestamp(), false) as overlaps";

/** Where it is and what it is signed with. */
export const selectSealedWebhook = async (
  db: Reader,
  organizationId: string,
  id: string,
): Promise<SealedWebhook | undefined> => {
  const { rows } = await db.query<SealedWebhook>(
    `select ${sealed} from nexus.webhook where organization_id = $1 and id = $2`,
    [organizationId, id],
  );
  return rows[0];
};

/** The same, locked until the transaction ends. */
export const lockWebhook = async (
  tx: pg.PoolClient,
  organizationId: string,
  id: string,
): Promise<SealedWebhook | undefined> => {
  const { rows } = await tx.query<SealedWebhook>(
    `select ${sealed} from nexus.webhook where organization_id = $1 and id = $2 for update`,
    [organizationId, id],
  );
  return rows[0];
};

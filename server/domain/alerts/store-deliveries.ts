import type pg from "pg";

type Reader = pg.Pool | pg.PoolClient;

/** A message on its way to one receiver, taken by this process for a while. */
export interface DueDelivery {
  readonly id: string;
  readonly organization_id: string;
  /** Null: mail. */
  readonly webhook_id: string | null;
  readonly thresholds: number[];
  readonly tries: number;
  readonly rule_id: string;
  readonly scope: "organization" | "app" | "user" | "key";
  readonly scope_id: string | null;
  readonly period: "hour" | "day" | "week" | "month" | "total";
  readonly window_kind: "calendar" | "rolling";
  readonly hard: boolean;
  readonly time_zone: string;
  readonly used: string;
  readonly lim: string;
  readonly crossed_at: Date;
  readonly runs_out_at: Date | null;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
  readonly administrators: boolean;
  readonly addresses: string[];
}

/** Takes what is due; another process may take it again after the lease. */
export const takeDue = async (
  pool: pg.Pool,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<DueDelivery[]> => {
  const { rows } = await pool.query<DueDelivery>(
    `with due as (
       select id from nexus.alert_delivery where state = 'waiting' and next_at <= clock_timestamp()
        order by next_at limit $1 for update skip locked),
     taken as (
       update nexus.alert_delivery d set tries = d.tries + 1, next_at = clock_timestamp() + $2::bigint * interval '1 millisecond'
         from due where d.id = due.id returning d.*)
     select t.id, t.organization_id, t.webhook_id, t.thresholds, t.tries, r.id as rule_id, r.scope, r.scope_id, r.period, r.window_kind,
            r.hard, r.time_zone, a.used::text, a.lim::text, a.crossed_at, a.runs_out_at,
            case when isfinite(b.starts_at) then b.starts_at end as starts_at, case when isfinite(b.ends_at) then b.ends_at end as ends_at,
            coalesce(s.administrators, false) as administrators, coalesce(s.addresses, '{}') as addresses
       from taken t
       join nexus.budget_alert a on a.id = t.alert_id
       join nexus.budget_rule r on r.id = a.rule_id
       join nexus.budget b on b.id = a.budget_id
       left join nexus.alert_setting s on s.rule_id = r.id`,
    [limit, leaseMs],
  );
  return rows;
};

/** What became of a try. */
export interface DeliveryEnd {
  readonly state: "waiting" | "delivered" | "failed";
  /** Of one that waits again. */
  readonly afterMs?: number;
  readonly status: number | undefined;
  readonly error: string | undefined;
}

export const endDelivery = async (
  db: Reader,
  id: string,
  { state, afterMs = 0, status, error }: DeliveryEnd,
): Promise<void> => {
  await db.query(
    `update nexus.alert_delivery set state = $2, status = $4, error = $5,
            next_at = clock_timestamp() + $3::bigint * interval '1 millisecond',
            ended_at = case when $2 <> 'waiting' then clock_timestamp() end
      where id = $1 and state = 'waiting'`,
    [id, state, Math.ceil(afterMs), status ?? null, error ?? null],
  );
};

/** A test of a webhook, which is tried once: it is at no time due. */
export const insertTest = async (
  tx: pg.PoolClient,
  {
    id,
    organizationId,
    webhookId,
  }: { readonly id: string; readonly organizationId: string; readonly webhookId: string },
): Promise<void> => {
  await tx.query(
    `insert into nexus.alert_delivery (id, organization_id, webhook_id, state, tries, ended_at, error)
       values ($1, $2, $3, 'failed', 1, clock_timestamp(), 'Nobody knows what became of it.')`,
    [id, organizationId, webhookId],
  );
};

export const endTest = async (
  db: Reader,
  id: string,
  { state, status, error }: Omit<DeliveryEnd, "afterMs">,
): Promise<void> => {
  await db.query(
    "update nexus.alert_delivery set state = $2, status = $3, error = $4, ended_at = clock_timestamp() where id = $1",
    [id, state, status ?? null, error ?? null],
  );
};

export interface DeliveryRow {
  readonly id: string;
  readonly alert: boolean;
  readonly budget_id: string | null;
  readonly webhook_id: string | null;
  readonly webhook_label: string | null;
  readonly thresholds: number[];
  readonly state: "waiting" | "delivered" | "failed";
  readonly tries: number;
  readonly next_at: Date;
  readonly status: number | null;
  readonly error: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

interface WantedDeliveries {
  readonly organizationId: string;
  readonly budgetId: string | undefined;
  readonly webhookId: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export const selectDeliveries = async (
  pool: pg.Pool,
  { organizationId, budgetId, webhookId, limit }: WantedDeliveries,
): Promise<DeliveryRow[]> => {
  const { rows } = await pool.query<DeliveryRow>(
    `select d.id, d.alert_id is not null as alert, d.rule_id as budget_id, d.webhook_id, w.label as webhook_label, d.thresholds, d.state,
            d.tries, d.next_at, d.status, d.error, d.created_at, d.ended_at
       from nexus.alert_delivery d left join nexus.webhook w on w.id = d.webhook_id
      where d.organization_id = $1 and ($2::uuid is null or d.rule_id = $2) and ($3::uuid is null or d.webhook_id = $3)
      order by d.created_at desc, d.id limit $4`,
    [organizationId, budgetId ?? null, webhookId ?? null, limit],
  );
  return rows;
};

const keptDays = 90;

/** Forgets what was delivered or given up long ago. */
export const pruneDeliveries = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    `delete from nexus.alert_delivery where id in
       (select id from nexus.alert_delivery where state <> 'waiting' and created_at < clock_timestamp() - make_interval(days => $1) limit 5000)`,
    [keptDays],
  );
};

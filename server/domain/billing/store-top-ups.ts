import type pg from "pg";

type Reader = pg.Pool | pg.PoolClient;

interface NewTopUp {
  readonly organizationId: string;
  readonly appId: string;
  readonly reference: string;
  readonly walletId: string;
  readonly credit: bigint;
}

/** Written before the checkout is made; the same one again changes nothing. */
export const insertTopUp = async (db: Reader, topUp: NewTopUp): Promise<void> => {
  await db.query(
    `insert into nexus.top_up (org_id, app_id, reference, wallet_id, credit, look_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + interval '30 seconds') on conflict do nothing`,
    [topUp.organizationId, topUp.appId, topUp.reference, topUp.walletId, topUp.credit],
  );
};

export interface TopUpRow {
  readonly organizationId: string;
  readonly appId: string;
  readonly reference: string;
  readonly walletId: string;
  readonly customerId: string;
  readonly credit: bigint;
  readonly createdAt: Date;
  readonly creditedAt: Date | null;
  readonly lookAt: Date | null;
  readonly looks: number;
  /** Of its checkout; null where none was made. */
  readonly operationId: string | null;
  readonly state: string | null;
}

const columns = `t.org_id as "organizationId", t.app_id as "appId", t.reference, t.wallet_id as "walletId", c.customer_id as "customerId",
  t.credit, t.created_at as "createdAt", t.credited_at as "creditedAt", t.look_at as "lookAt", t.looks, r.operation_id as "operationId", o.state`;
const joins = `join nexus.customer c on c.wallet_id = t.wallet_id
  left join nexus.payment_reference r on r.org_id = t.org_id and r.app_id = t.app_id and r.reference = t.reference
  left join nexus.operation o on o.operation_id = r.operation_id`;

/** Leases top-ups that are due to be looked at: the next look is later by then, whatever becomes of this one. */
export const takeTopUps = async (pool: pg.Pool, limit: number): Promise<readonly TopUpRow[]> => {
  const { rows } = await pool.query<TopUpRow>(
    `with due as (
       select org_id, app_id, reference from nexus.top_up where look_at <= clock_timestamp() order by look_at limit $1 for update skip locked),
     taken as (
       update nexus.top_up t set looks = t.looks + 1,
              look_at = clock_timestamp() + least(interval '15 seconds' * power(2, least(t.looks, 12)), interval '1 hour')
         from due where (t.org_id, t.app_id, t.reference) = (due.org_id, due.app_id, due.reference) returning t.*)
     select ${columns} from taken t ${joins}`,
    [limit],
  );
  return rows;
};

export const selectTopUp = async (
  db: Reader,
  organizationId: string,
  appId: string,
  reference: string,
): Promise<TopUpRow | undefined> => {
  const { rows } = await db.query<TopUpRow>(
    `select ${columns} from nexus.top_up t ${joins} where t.org_id = $1 and t.app_id = $2 and t.reference = $3`,
    [organizationId, appId, reference],
  );
  return rows[0];
};

export const selectTopUps = async (db: Reader, walletId: string, limit: number): Promise<readonly TopUpRow[]> => {
  const { rows } = await db.query<TopUpRow>(
    `select ${columns} from nexus.top_up t ${joins} where t.wallet_id = $1 order by t.created_at desc limit $2`,
    [walletId, limit],
  );
  return rows;
};

type Reference = Pick<TopUpRow, "organizationId" | "appId" | "reference">;

/** Its checkout will not be looked at any more. */
export const endTopUp = async (
  db: Reader,
  { organizationId, appId, reference }: Reference,
  credited: boolean,
): Promise<void> => {
  await db.query(
    `update nexus.top_up set look_at = null, credited_at = case when $4 then coalesce(credited_at, clock_timestamp()) else credited_at end
      where org_id = $1 and app_id = $2 and reference = $3`,
    [organizationId, appId, reference, credited],
  );
};

/** An app was told of its checkout: it is looked at again at once. */
export const lookSoon = async (db: Reader, organizationId: string, operationId: string): Promise<void> => {
  await db.query(
    `update nexus.top_up t set look_at = clock_timestamp() from nexus.payment p
      where p.operation_id = $2 and p.org_id = $1 and (t.org_id, t.app_id, t.reference) = (p.org_id, p.app_id, p.reference)
        and t.credited_at is null`,
    [organizationId, operationId],
  );
};

interface DueRefund {
  readonly organizationId: string;
  readonly walletId: string;
  readonly operationId: string;
  /** Minor units of USD. */
  readonly amount: bigint;
  /** It came to nothing. */
  readonly failed: boolean;
}

/** Refunds of top-ups that were made and are not booked, and those that were booked and came to nothing; one of them, or so many. */
export const selectDueRefunds = async (
  db: Reader,
  limit: number,
  operationId?: string,
): Promise<readonly DueRefund[]> => {
  const { rows } = await db.query<DueRefund>(
    `select t.org_id as "organizationId", t.wallet_id as "walletId", p.operation_id as "operationId", p.amount, p.closed_at is not null as failed
       from nexus.payment p
       join nexus.payment parent on parent.operation_id = p.parent_id
       join nexus.top_up t on (t.org_id, t.app_id, t.reference) = (parent.org_id, parent.app_id, parent.reference)
       join nexus.operation o on o.operation_id = p.operation_id
      where p.kind = 'refund' and ($2::uuid is null or p.operation_id = $2) and o.state in ('settled', 'late') and t.credited_at is not null
        and case when p.closed_at is null
              then not exists (select from nexus.wallet_entry e where e.wallet_id = t.wallet_id and e.kind = 'refund' and e.source = p.operation_id::text)
              else exists (select from nexus.wallet_entry e where e.wallet_id = t.wallet_id and e.kind = 'refund' and e.source = p.operation_id::text)
                   and not exists (select from nexus.wallet_entry e where e.wallet_id = t.wallet_id and e.kind = 'refund_failed' and e.source = p.operation_id::text) end
      limit $1`,
    [limit, operationId ?? null],
  );
  return rows;
};

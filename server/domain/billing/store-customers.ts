import type pg from "pg";

type Reader = pg.Pool | pg.PoolClient;

export interface CustomerRow {
  readonly wallet_id: string;
  readonly app_id: string;
  readonly customer_id: string;
  readonly name: string | null;
  readonly plan: string | null;
  readonly stripe_customer_id: string | null;
  readonly blocked: boolean;
  readonly created_at: Date;
  readonly credit: string;
  readonly spent: string;
  readonly held: string;
  /** Of this month's allowance. */
  readonly granted: string;
}

interface Wanted {
  readonly organizationId: string;
  readonly appId: string | undefined;
  readonly customerId?: string | undefined;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export const selectCustomers = async (db: Reader, wanted: Wanted): Promise<readonly CustomerRow[]> => {
  const { rows } = await db.query<CustomerRow>(
    `select c.wallet_id, c.app_id, c.customer_id, c.name, p.name as plan, c.stripe_customer_id, c.blocked, c.created_at,
            b.lim::text as credit, b.spent::text, b.reserved::text as held,
            case when w.month = date_trunc('month', clock_timestamp() at time zone 'UTC')::date then w.granted else 0 end::text as granted
       from nexus.customer c join nexus.wallet w on w.wallet_id = c.wallet_id join nexus.budget b on b.id = w.budget_id
       left join nexus.plan p on p.plan_id = c.plan_id
      where c.org_id = $1 and ($2::text is null or c.app_id = $2) and ($3::text is null or c.customer_id = $3)
        and ($4::text is null or position(lower($4) in lower(c.customer_id)) > 0 or position(lower($4) in lower(c.name)) > 0)
        and ($5::uuid is null or c.wallet_id > $5)
      order by c.wallet_id limit $6`,
    [
      wanted.organizationId,
      wanted.appId ?? null,
      wanted.customerId ?? null,
      wanted.search ?? null,
      wanted.after ?? null,
      wanted.limit,
    ],
  );
  return rows;
};

interface NewCustomer {
  readonly walletId: string;
  readonly organizationId: string;
  readonly appId: string;
  readonly customerId: string;
  readonly name: string | null;
  readonly planId: string | null;
  readonly stripeCustomerId: string | null;
  readonly blocked: boolean;
}

export const upsertCustomer = async (tx: pg.PoolClient, customer: NewCustomer): Promise<void> => {
  const { rows } = await tx.query<{ wallet: string }>(
    `insert into nexus.customer as c (wallet_id, org_id, app_id, customer_id, name, plan_id, stripe_customer_id, blocked)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (org_id, app_id, customer_id) do update set name = excluded.name, plan_id = excluded.plan_id,
       stripe_customer_id = excluded.stripe_customer_id, blocked = excluded.blocked, updated_at = clock_timestamp()
     returning wallet_id as wallet`,
    [
      customer.walletId,
      customer.organizationId,
      customer.appId,
      customer.customerId,
      customer.name,
      customer.planId,
      customer.stripeCustomerId,
      customer.blocked,
    ],
  );
  await tx.query("select nexus.nexus_open_wallet($1, $2)", [
    rows[0]?.wallet ?? customer.walletId,
    customer.organizationId,
  ]);
};

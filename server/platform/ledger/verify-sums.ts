import type pg from "pg";

/** Two sums that should be equal and are not. */
export interface SumDifference {
  readonly what: string;
  readonly counted: string;
  readonly recorded: string;
}

/** The result of adding everything up again. */
export interface Sums {
  readonly operations: number;
  readonly entries: number;
  /** Operations that are open or uncertain. */
  readonly open: number;
  /** Counters of budgets that differ from the holds and entries: there must be none. */
  readonly budgets: readonly SumDifference[];
  /** Hourly sums that differ from the entries: rebuilding them corrects it. */
  readonly rollups: readonly SumDifference[];
}

const counts = `
  select (select count(*) from nexus.operation)::float8 as operations, (select count(*) from nexus.entry)::float8 as entries,
         (select count(*) from nexus.operation where state in ('open', 'uncertain'))::float8 as open`;

const signed = "case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end";

/** One pass over each table, whatever the number of budgets. */
const budgets = `
  with held as (
    select l.id, sum(o.held) as n from nexus.operation o, unnest(o.levels) l (id) where o.state in ('open', 'uncertain') group by 1
    union all
    select o.wallet_level, sum(nexus.charge_of(o.held, o.wallet_ppm)) from nexus.operation o
     where o.state in ('open', 'uncertain') and o.wallet_level is not null group by 1),
  booking as (
    select l.id, sum(${signed}) as n from nexus.entry e join nexus.operation o using (operation_id), unnest(o.levels) l (id) group by 1
    union all
    select w.budget_id, -sum(m.amount) from nexus.wallet_entry m join nexus.wallet w using (wallet_id) where m.kind in ('charge', 'correction') group by 1
    union all
    select b.budget_id, sum(b.booked) from nexus.retired_booking b join nexus.retired_month r using (month) where r.dropped_at is not null group by 1),
  booked as (select id, sum(n) as n from booking group by 1),
  credited as (
    select w.budget_id as id, sum(m.amount) as n from nexus.wallet_entry m join nexus.wallet w using (wallet_id) where m.kind not in ('charge', 'correction') group by 1),
  charging as (
    select o.wallet_level as id, sum(nexus.charge_of(coalesce(o.cost, 0), o.wallet_ppm)) as n from nexus.operation o
     where o.wallet_level is not null and o.state not in ('open', 'uncertain') group by 1
    union all
    select b.budget_id, sum(b.charged) from nexus.retired_booking b join nexus.retired_month r using (month) where r.dropped_at is not null group by 1),
  charged as (select id, sum(n) as n from charging group by 1),
  bucketed as (select budget_id as id, sum(spent + overrun) as n from nexus.budget_bucket group by 1),
  compared as (
    select b.id, b.org_id, x.what, x.counted, x.recorded from nexus.budget b
      left join held h using (id) left join booked k using (id) left join bucketed u using (id) left join credited c using (id) left join charged g using (id),
      lateral (values ('reserved', coalesce(h.n, 0), b.reserved::numeric),
                      ('spent', coalesce(k.n, 0), (b.spent + b.overrun + b.rolled_off)::numeric),
                      ('window', case when b.span is null then 0 else coalesce(u.n, 0) end,
                                 case when b.span is null then 0 else (b.spent + b.overrun)::numeric end),
                      ('credits', case when b.of_wallet then coalesce(c.n, 0) else 0 end, case when b.of_wallet then b.lim::numeric else 0 end),
                      ('charges', case when b.of_wallet then coalesce(g.n, 0) else 0 end, case when b.of_wallet then b.spent::numeric else 0 end)
                     ) x (what, counted, recorded))
  select format('budget row %s of %s, %s', id, org_id, what) as what, counted::text, recorded::text
    from compared where counted <> recorded order by id limit 100`;

const rollups = `
  with told as (
    select org_id, sum(cost) as cost, sum(calls) as calls from (
      select org_id, cost::numeric, calls::numeric from nexus.entry_usage
      union all
      select s.org_id, s.cost, s.calls from nexus.retired_sum s join nexus.retired_month r using (month) where r.dropped_at is not null) x group by 1),
  waiting as (
    select u.org_id, sum(u.cost)::numeric as cost, sum(u.calls)::numeric as calls
      from nexus.rollup_queue q join nexus.entry_usage u on u.operation_id = q.operation_id and u.kind = q.kind and u.n = q.n group by 1),
  hours as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour group by 1),
  apps as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour_app group by 1),
  days as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_day group by 1),
  app_days as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_day_app group by 1),
  users as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour_user group by 1),
  user_days as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_day_user group by 1),
  months as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_month group by 1),
  app_months as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_month_app group by 1),
  user_months as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_month_user group by 1),
  total_hours as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour_total group by 1),
  total_days as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_day_total group by 1),
  total_months as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_month_total group by 1),
  customers as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour where customer <> 0 group by 1),
  customer_hours as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_hour_customer group by 1),
  customer_days as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_day_customer group by 1),
  customer_months as (select org_id, sum(cost) as cost, sum(calls) as calls from nexus.usage_month_customer group by 1),
  compared as (
    select org_id, c.what, c.counted, c.recorded
      from told full join waiting using (org_id) full join hours using (org_id) full join apps using (org_id)
      full join days using (org_id) full join app_days using (org_id)
      full join users using (org_id) full join user_days using (org_id)
      full join months using (org_id) full join app_months using (org_id) full join user_months using (org_id)
      full join total_hours using (org_id) full join total_days using (org_id) full join total_months using (org_id)
      full join customers using (org_id) full join customer_hours using (org_id) full join customer_days using (org_id)
      full join customer_months using (org_id),
      lateral (values
        ('cost by hour', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(hours.cost, 0)),
        ('calls by hour', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(hours.calls, 0)),
        ('cost by app', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(apps.cost, 0)),
        ('calls by app', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(apps.calls, 0)),
        ('cost by day', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(days.cost, 0)),
        ('calls by day', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(days.calls, 0)),
        ('cost by app and day', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(app_days.cost, 0)),
        ('calls by app and day', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(app_days.calls, 0)),
        ('cost by user', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(users.cost, 0)),
        ('calls by user', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(users.calls, 0)),
        ('cost by user and day', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(user_days.cost, 0)),
        ('calls by user and day', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(user_days.calls, 0)),
        ('cost by month', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(months.cost, 0)),
        ('calls by month', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(months.calls, 0)),
        ('cost by app and month', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(app_months.cost, 0)),
        ('calls by app and month', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(app_months.calls, 0)),
        ('cost by user and month', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(user_months.cost, 0)),
        ('calls by user and month', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(user_months.calls, 0)),
        ('cost in all by hour', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(total_hours.cost, 0)),
        ('calls in all by hour', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(total_hours.calls, 0)),
        ('cost in all by day', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(total_days.cost, 0)),
        ('calls in all by day', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(total_days.calls, 0)),
        ('cost in all by month', coalesce(told.cost, 0) - coalesce(waiting.cost, 0), coalesce(total_months.cost, 0)),
        ('calls in all by month', coalesce(told.calls, 0) - coalesce(waiting.calls, 0), coalesce(total_months.calls, 0)),
        ('cost by customer and hour', coalesce(customers.cost, 0), coalesce(customer_hours.cost, 0)),
        ('calls by customer and hour', coalesce(customers.calls, 0), coalesce(customer_hours.calls, 0)),
        ('cost by customer and day', coalesce(customers.cost, 0), coalesce(customer_days.cost, 0)),
        ('calls by customer and day', coalesce(customers.calls, 0), coalesce(customer_days.calls, 0)),
        ('cost by customer and month', coalesce(customers.cost, 0), coalesce(customer_months.cost, 0)),
        ('calls by customer and month', coalesce(customers.calls, 0), coalesce(customer_months.calls, 0))) c (what, counted, recorded))
  select format('%s of %s', what, org_id) as what, counted::text, recorded::text
    from compared where counted <> recorded order by 1 limit 100`;

/** Adds up the whole ledger in the caller's transaction. Reads every row: for a restored database, not a running one. */
export const verifySums = async (client: pg.Client): Promise<Sums> => {
  const { rows } = await client.query<{ operations: number; entries: number; open: number }>(counts);
  const [{ operations, entries, open } = { operations: 0, entries: 0, open: 0 }] = rows;
  return {
    operations,
    entries,
    open,
    budgets: (await client.query<SumDifference>(budgets)).rows,
    rollups: (await client.query<SumDifference>(rollups)).rows,
  };
};

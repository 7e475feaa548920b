import type pg from "pg";
import type { UsageInterval, UsagePeriod } from "./usage-period.ts";

/** How a period is put together from the sums: whole days of UTC first, then hours that are added or taken away. */
export interface PeriodPlan {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Begins of the intervals, in order; the first one is `from`. */
  readonly starts: readonly Date[];
  readonly days: readonly { readonly at: Date; readonly interval: number }[];
  readonly hours: readonly {
    readonly at: Date;
    readonly interval: number;
    readonly sign: number;
  }[];
}

interface BoundsRow {
  readonly from_: Date;
  readonly to_: Date;
}

/** Dates are days of the zone; moments are rounded to whole hours of UTC, outwards. */
export const selectBounds = async (
  pool: pg.Pool,
  { from, to, timeZone }: UsagePeriod,
): Promise<{ readonly from: Date; readonly to: Date }> => {
  const bound = (place: number): string =>
    `case when length($${place}) = 10 then $${place}::timestamp at time zone $3 else $${place}::timestamptz end`;
  const { rows } = await pool.query<BoundsRow>(
    `select date_trunc('hour', ${bound(1)} + case when length($1) = 10 then interval '59 minutes 59 seconds' else '0' end, 'UTC') as from_,
            date_trunc('hour', ${bound(2)} + interval '59 minutes 59.999999 seconds', 'UTC') as to_`,
    [from, to, timeZone],
  );
  const [{ from_, to_ } = { from_: new Date(from), to_: new Date(to) }] = rows;
  return { from: from_, to: to_ };
};

/** An hour belongs to the interval of the zone in which it begins. */
export const selectPlan = async (
  pool: pg.Pool,
  { from, to }: { readonly from: Date; readonly to: Date },
  interval: UsageInterval | "all",
  timeZone: string,
): Promise<PeriodPlan> => {
  const { rows } = await pool.query<{
    readonly starts: Date[];
    readonly days: Date[] | null;
    readonly day_intervals: number[] | null;
    readonly hours: Date[] | null;
    readonly hour_intervals: number[] | null;
    readonly signs: number[] | null;
  }>(
    `with hour as materialized (
       select at, date_trunc('day', at, 'UTC') as day,
              dense_rank() over (order by case when $3 = 'all' then null else date_trunc($3, at, $4) end)::int - 1 as interval
         from generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') at),
     day as materialized (
       select day as at, mode() within group (order by interval) as interval from hour where $3 <> 'hour' group by 1 having count(*) = 24),
     correction as (
       select h.at, x.interval, x.sign from hour h left join day d on d.at = h.day,
              lateral (values (h.interval, 1), (d.interval, -1)) x (interval, sign)
        where (d.at is null or d.interval <> h.interval) and x.interval is not null)
     select (select array_agg(at order by at) from (select min(at) as at from hour group by interval) s) as starts,
            (select array_agg(at order by at) from day) as days, (select array_agg(interval order by at) from day) as day_intervals,
            (select array_agg(at order by at, sign) from correction) as hours, (select array_agg(interval order by at, sign) from correction) as hour_intervals,
            (select array_agg(sign order by at, sign) from correction) as signs`,
    [from, to, interval, timeZone],
  );
  const [row] = rows;
  return {
    from,
    to,
    starts: row?.starts ?? [from],
    days: (row?.days ?? []).map((at, place) => ({
      at,
      interval: row?.day_intervals?.[place] ?? 0,
    })),
    hours: (row?.hours ?? []).map((at, place) => ({
      at,
      interval: row?.hour_intervals?.[place] ?? 0,
      sign: row?.signs?.[place] ?? 1,
    })),
  };
};

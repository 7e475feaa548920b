import type pg from "pg";
import { coverPeriod, type CoveringStep, type SumStep } from "./cover-period.ts";
import type { UsageInterval, UsagePeriod } from "./usage-period.ts";

/** Steps whose sums belong to an interval, or are taken away from it. */
export interface PlannedStep extends CoveringStep {
  /** Its place in `starts`. */
  readonly interval: number;
}

/** How a period is put together from the sums. */
export interface PeriodPlan {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Begins of the intervals, in order; the first one is `from`. */
  readonly starts: readonly Date[];
  readonly byInterval: readonly PlannedStep[];
  /** All intervals as one, of fewer steps. */
  readonly whole: readonly PlannedStep[];
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

const largestOf: Readonly<Record<UsageInterval | "all", SumStep>> = {
  all: "month",
  month: "month",
  week: "day",
  day: "day",
  hour: "hour",
};

interface AskedPlan {
  readonly organizationId: string;
  readonly from: Date;
  readonly to: Date;
  readonly interval: UsageInterval | "all";
  readonly timeZone: string;
}

/** An hour belongs to the interval of the zone in which it begins. */
export const selectPlan = async (pool: pg.Pool, asked: AskedPlan): Promise<PeriodPlan> => {
  const { organizationId, from, to, interval, timeZone } = asked;
  // Sums of two days that are not there yet are taken away in vain, should they come in the meantime.
  const { rows } = await pool.query<{ readonly starts: Date[] | null; readonly until: Date }>(
    `select (select array_agg(at order by at) from (
               select min(at) as at from generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') at
                group by case when $3 = 'all' then null else date_trunc($3, at, $4) end) s) as starts,
            date_trunc('day', greatest(now(), (select max(day) from nexus.usage_day_total where org_id = $5)), 'UTC') + interval '3 days' as until`,
    [from, to, interval, timeZone, organizationId],
  );
  const [{ starts, until } = { starts: null, until: to }] = rows;
  const begins = starts ?? [from];
  const whole = coverPeriod({ from, to }, { largest: "month", until }).map((step) => ({ ...step, interval: 0 }));
  const largest = largestOf[interval];
  const byInterval = begins.flatMap((begin, place) =>
    coverPeriod({ from: begin, to: begins[place + 1] ?? to }, { largest, until }).map((step) => ({
      ...step,
      interval: place,
    })),
  );
  return { from, to, starts: begins, byInterval, whole };
};

import { z } from "zod";
import { TimeZone } from "../../contracts/time-zone.ts";

/** The steps of a series. */
export const UsageInterval = z.enum(["hour", "day", "week", "month"]);
export type UsageInterval = z.infer<typeof UsageInterval>;

const dayMs = 86_400_000;

/** The longest period of a series, by its step. */
const mostDays: Readonly<Record<UsageInterval, number>> = {
  hour: 32,
  day: 400,
  week: 1_100,
  month: 1_100,
};

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** A period in a named time zone. */
export const usagePeriod = {
  from: moment.describe("A day of the time zone, as in 2026-11-01, or a moment, rounded down to the hour"),
  to: moment.describe("Exclusive: a day, or a moment rounded up to the hour"),
  timeZone: TimeZone.default("UTC").describe(
    "IANA name. In zones that differ from UTC by part of an hour, an hour belongs to the day in which it begins",
  ),
} as const;

export interface UsagePeriod {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export const endsAfterItBegins = ({ from, to }: Pick<UsagePeriod, "from" | "to">): boolean =>
  Date.parse(from) < Date.parse(to);

export const isShortEnough = ({ from, to }: Pick<UsagePeriod, "from" | "to">, interval: UsageInterval): boolean =>
  Date.parse(to) - Date.parse(from) <= mostDays[interval] * dayMs;

import { addDays, beginOfDay, dayIn } from "./zoned-days.ts";

const hourMs = 3_600_000;

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Begin of the next hour, so that questions of one hour are the same question. */
const nextHour = (now: Date): number => Math.ceil((now.getTime() + 1) / hourMs) * hourMs;

const until = (from: number, now: Date): Period => ({
  from: new Date(from).toISOString(),
  to: new Date(nextHour(now)).toISOString(),
});

/** From the begin of a calendar day; an hour in which the day begins is of the day before, as the gateway has it. */
const sinceDay = (zone: string, day: string, now: Date): Period =>
  until(Math.ceil(beginOfDay(zone, day).getTime() / hourMs) * hourMs, now);

/** Calendar days of the reader's zone up to the present one, and when the first of them begins. */
export const calendarDays = (
  days: number,
  now: Date,
  zone: string,
): { readonly period: Period; readonly days: readonly string[] } => {
  const first = addDays(dayIn(zone, now), 1 - days);
  return {
    period: sinceDay(zone, first, now),
    days: Array.from({ length: days }, (_, index) => addDays(first, index)),
  };
};

/** Hours up to the present one. */
export const lastHours = (hours: number, now: Date): Period => until(nextHour(now) - hours * hourMs, now);

/** The begin of every hour within a period. */
export const hoursOf = ({ from, to }: Period): number[] => {
  const first = Math.floor(Date.parse(from) / hourMs) * hourMs;
  return Array.from({ length: Math.ceil((Date.parse(to) - first) / hourMs) }, (_, index) => first + index * hourMs);
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

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

/** The calendar day in the reader's zone. */
export const today = (now: Date): Period => until(new Date(now).setHours(0, 0, 0, 0), now);

/** The calendar month in the reader's zone. */
export const thisMonth = (now: Date): Period => until(new Date(now.getFullYear(), now.getMonth(), 1).getTime(), now);

/** Hours up to the present one. */
export const lastHours = (hours: number, now: Date): Period => until(nextHour(now) - hours * hourMs, now);

/** UTC days up to the present one. */
export const lastDays = (days: number, now: Date): Period =>
  until((Math.floor(now.getTime() / dayMs) - days + 1) * dayMs, now);

/** The begin of every hour or day within a period. */
export const stepsOf = ({ from, to }: Period, step: "hour" | "day"): number[] => {
  const stepMs = step === "hour" ? hourMs : dayMs;
  const first = Math.floor(Date.parse(from) / stepMs) * stepMs;
  return Array.from({ length: Math.ceil((Date.parse(to) - first) / stepMs) }, (_, index) => first + index * stepMs);
};

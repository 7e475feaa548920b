import * as fc from "fast-check";
import { expect, it } from "vitest";
import { coverPeriod, sumSteps, type CoveringStep, type SumStep } from "./cover-period.ts";

const hourMs = 3_600_000;
const first = Date.UTC(2026, 0, 1);

const hoursOf = ({ step, at }: CoveringStep): number[] => {
  const ends = { month: Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1), day: at.getTime() + 24 * hourMs };
  const end = step === "hour" ? at.getTime() + hourMs : ends[step];
  return Array.from({ length: (end - at.getTime()) / hourMs }, (_, n) => at.getTime() + n * hourMs);
};

/** How often each hour is counted. */
const countsOf = (steps: readonly CoveringStep[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  for (const step of steps) for (const hour of hoursOf(step)) counts.set(hour, (counts.get(hour) ?? 0) + step.sign);
  return counts;
};

const periods = fc
  .tuple(fc.nat(9_000), fc.nat(3_000), fc.nat(13_000), fc.constantFrom<SumStep>(...sumSteps))
  .map(([from, length, until, largest]) => ({
    from: new Date(first + from * hourMs),
    to: new Date(first + (from + length) * hourMs),
    until: new Date(first + until * hourMs),
    largest,
  }));

it("every hour of a period that has sums is counted once, and no other one", () => {
  fc.assert(
    fc.property(periods, ({ from, to, until, largest }) => {
      const counts = countsOf(coverPeriod({ from, to }, { largest, until }));
      const isInside = (hour: number): boolean => hour >= from.getTime() && hour < to.getTime();
      for (const [hour, count] of counts)
        if (hour < until.getTime()) expect(count, new Date(hour).toISOString()).toBe(isInside(hour) ? 1 : 0);
      const end = Math.min(to.getTime(), until.getTime());
      for (let hour = from.getTime(); hour < end; hour += hourMs) expect(counts.get(hour)).toBe(1);
    }),
  );
});

it("takes at most two dozen steps of each kind beside the whole ones", () => {
  fc.assert(
    fc.property(periods, ({ from, to, until }) => {
      const steps = coverPeriod({ from, to }, { largest: "month", until });
      const count = (kind: SumStep): number => steps.filter(({ step }) => step === kind).length;
      expect(count("month")).toBeLessThanOrEqual(6);
      expect(count("day")).toBeLessThanOrEqual(32);
      expect(count("hour")).toBeLessThanOrEqual(48);
    }),
  );
});

it("the last thirty days are the month so far and the days of the month before, whichever way is shorter", () => {
  const told = (from: string, to: string, until: string) =>
    coverPeriod({ from: new Date(from), to: new Date(to) }, { largest: "month", until: new Date(until) }).map(
      ({ step, at, sign }) => `${sign === 1 ? "+" : "-"}${step} ${at.toISOString().slice(0, 13)}`,
    );
  expect(told("2026-10-30T00:00Z", "2026-11-30T00:00Z", "2026-11-30T00:00Z")).toEqual([
    "+day 2026-10-30T00",
    "+day 2026-10-31T00",
    "+month 2026-11-01T00",
  ]);
  expect(told("2026-10-03T00:00Z", "2026-11-02T23:00Z", "2026-11-05T00:00Z")).toEqual([
    "+month 2026-10-01T00",
    "-day 2026-10-01T00",
    "-day 2026-10-02T00",
    "+day 2026-11-01T00",
    "+day 2026-11-02T00",
    "-hour 2026-11-02T23",
  ]);
});

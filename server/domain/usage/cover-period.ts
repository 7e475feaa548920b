/** The steps of UTC by which usage is summed up, from the largest. */
export const sumSteps = ["month", "day", "hour"] as const;
export type SumStep = (typeof sumSteps)[number];

/** A step whose sums are added, or taken away again. */
export interface CoveringStep {
  readonly step: SumStep;
  readonly at: Date;
  readonly sign: 1 | -1;
}

interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const monthAfter = (ms: number, months: number): number => {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
};
const stepAt: Readonly<Record<SumStep, (ms: number) => Span>> = {
  month: (ms) => ({ from: monthAfter(ms, 0), to: monthAfter(ms, 1) }),
  day: (ms) => ({ from: ms - (ms % dayMs), to: ms - (ms % dayMs) + dayMs }),
  hour: (ms) => ({ from: ms, to: ms + hourMs }),
};

/**
 * Puts a period of whole hours together from few steps: a month that is nearly whole is the month without its other days, and a day
 * likewise. `until` is when sums end: what a step has after it is nothing, and need not be taken away.
 */
export const coverPeriod = (
  { from, to }: { readonly from: Date; readonly to: Date },
  { largest, until }: { readonly largest: SumStep; readonly until: Date },
): readonly CoveringStep[] => {
  const end = until.getTime();
  const cover = (span: Span, steps: readonly SumStep[], sign: 1 | -1): CoveringStep[] => {
    const [step, ...smaller] = steps;
    if (step === undefined) return [];
    const found: CoveringStep[] = [];
    for (let at = span.from; at < span.to;) {
      const whole = stepAt[step](at);
      const inside = { from: at, to: Math.min(whole.to, span.to) };
      const before = { from: whole.from, to: inside.from };
      const after = { from: inside.to, to: Math.min(whole.to, Math.max(inside.to, end)) };
      const outside = before.to - before.from + after.to - after.from;
      if (outside < inside.to - inside.from) {
        found.push({ step, at: new Date(whole.from), sign });
        for (const other of [before, after]) found.push(...cover(other, smaller, sign === 1 ? -1 : 1));
      } else found.push(...cover(inside, smaller, sign));
      at = inside.to;
    }
    return found;
  };
  return cover({ from: from.getTime(), to: to.getTime() }, sumSteps.slice(sumSteps.indexOf(largest)), 1);
};

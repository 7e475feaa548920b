interface SideBySide {
  readonly callers: number;
  readonly print: (line: object) => void;
}

/** Has so many callers do all of it, one thing after the other each, and says now and then how far they are. */
export const runSideBySide = async <P, R>(
  { callers, print }: SideBySide,
  plans: readonly P[],
  run: (plan: P) => Promise<R>,
): Promise<R[]> => {
  const done: R[] = [];
  const rest = [...plans];
  const progress = setInterval(() => print({ runs: done.length, of: plans.length }), 15_000);
  const work = async (): Promise<void> => {
    for (let plan = rest.shift(); plan !== undefined; plan = rest.shift()) done.push(await run(plan));
  };
  await Promise.all(Array.from({ length: callers }, work));
  clearInterval(progress);
  return done;
};

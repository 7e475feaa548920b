/** More kinds of them tell nothing more. */
const mostKinds = 5;

/** What calls of a load failed of, by what was said. */
export interface Failures {
  readonly note: (error: unknown) => void;
  /** How many, whatever they failed of. */
  readonly count: () => number;
  readonly print: () => void;
}

/** Counts failures, and tells at the end what the first kinds of them were. */
export const countFailures = (): Failures => {
  const kinds = new Map<string, number>();
  let all = 0;
  return {
    note: (error) => {
      all += 1;
      // Ids differ from call to call.
      const said = (error instanceof Error ? error.message : String(error)).replaceAll(/[\w-]{20,}/g, "…");
      if (kinds.has(said) || kinds.size < mostKinds) kinds.set(said, (kinds.get(said) ?? 0) + 1);
    },
    count: () => all,
    print: () => {
      for (const [said, times] of kinds) console.log(`    ${times} × ${said}`);
    },
  };
};

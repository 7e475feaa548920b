/** Calls between their hold and its end: what a process that is stopping waits for, whether or not their callers do. */
export interface UnderWay {
  /** Notes a call, and says how to note its end. */
  readonly begin: () => () => void;
  /** Calls back when time is up, so that what the call waits for is cut; returns how to unsubscribe. */
  readonly onCut: (cut: () => void) => () => void;
  /** Time is up: nothing is sent any more, and what was sent is in doubt. */
  readonly isCut: () => boolean;
  readonly count: () => number;
  /** Waits so long for the present calls; then cuts what is left, and waits for it to be recorded. */
  readonly finish: (withinMs: number) => Promise<void>;
}

interface Cut {
  readonly cut: () => void;
  /** Its place among the others; -1 once it has gone. */
  at: number;
}

/** To write down that a cut call is in doubt. */
const recordingMs = 5_000;

export const createUnderWay = (): UnderWay => {
  // No `Set`: what passes through one leaves tables behind that hold on to whole calls until a full collection.
  const cuts: Cut[] = [];
  let calls = 0;
  let isCut = false;
  let idle: (() => void)[] = [];

  const none = (withinMs: number): Promise<void> => {
    if (calls === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    idle.push(() => {
      clearTimeout(timer);
      resolve();
    });
    return promise;
  };

  return {
    begin: () => {
      calls += 1;
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        calls -= 1;
        if (calls > 0) return;
        for (const done of idle) done();
        idle = [];
      };
    },
    onCut: (cut) => {
      const entry: Cut = { cut, at: cuts.length };
      cuts.push(entry);
      return () => {
        if (entry.at < 0) return;
        const last = cuts.pop();
        if (last !== undefined && last !== entry) {
          cuts[entry.at] = last;
          last.at = entry.at;
        }
        entry.at = -1;
      };
    },
    isCut: () => isCut,
    count: () => calls,
    finish: async (withinMs) => {
      await none(withinMs);
      isCut = true;
      // Each may take its place from the list while this goes on.
      const present = cuts.map(({ cut }) => cut);
      for (const cut of present) cut();
      await none(recordingMs);
    },
  };
};

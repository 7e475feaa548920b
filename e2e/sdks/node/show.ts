/** Shows something of a client; what it throws is what was wrong. */
export type Show = readonly [what: string, check: () => Promise<void>];

export const expectThat = (held: boolean, said = "it does not hold"): void => {
  if (!held) throw new Error(said);
};

/** Runs what a client is to show, one by one, and prints each with what was wrong with it. */
export const runShows = async (shows: readonly Show[]): Promise<void> => {
  for (const [shown, check] of shows) {
    let wrong: string | undefined;
    try {
      await check();
    } catch (error) {
      wrong = error instanceof Error ? `${error.name}: ${error.message.slice(0, 400)}` : String(error);
    }
    process.stdout.write(`${JSON.stringify({ shown, ...(wrong === undefined ? {} : { wrong }) })}\n`);
  }
};

/** Knows when calls were answered, from a counter of answers that somebody else keeps. */
export interface AnswerWatch {
  /** The longest time without an answer since a moment of `performance.now()`, what is going on now included. */
  readonly longestSilenceMs: (since: number) => number;
  readonly close: () => void;
}

const everyMs = 25;

export const watchAnswers = (answered: () => number): AnswerWatch => {
  let seen = answered();
  const at: number[] = [performance.now()];
  const timer = setInterval(() => {
    const now = answered();
    if (now === seen) return;
    seen = now;
    at.push(performance.now());
  }, everyMs);
  return {
    longestSilenceMs: (since) => {
      const moments = [since, ...at.filter((moment) => moment > since), performance.now()];
      return Math.round(Math.max(...moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment))));
    },
    close: () => clearInterval(timer),
  };
};

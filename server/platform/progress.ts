/** Tells people at the terminal what is going on; silent lines are for logs, not for this. */
export interface Progress {
  /** Runs a step and says how long it took. */
  readonly step: <T>(label: string, work: () => Promise<T>) => Promise<T>;
  readonly say: (text: string) => void;
}

const isTerminal = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number) => (text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint(1);
export const dim = paint(2);
export const green = paint(32);
export const red = paint(31);

const width = 34;

/** One line a step, on standard output. */
export const createProgress = (): Progress => ({
  step: async (label, work) => {
    const began = performance.now();
    if (isTerminal) process.stdout.write(`  ${dim("…")} ${label}`);
    const back = isTerminal ? "\r" : "";
    try {
      const result = await work();
      const took = dim(`${((performance.now() - began) / 1000).toFixed(1)} s`);
      process.stdout.write(`${back}  ${green("✓")} ${label.padEnd(width)} ${took}\n`);
      return result;
    } catch (error) {
      process.stdout.write(`${back}  ${red("✗")} ${label}\n`);
      throw error;
    }
  },
  say: (text) => void process.stdout.write(`${text}\n`),
});

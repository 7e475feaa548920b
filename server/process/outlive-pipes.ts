/**
 * Whoever read our output may be gone, and the terminal with it: what is said to nobody must not end the process. Nor must
 * a file that may not grow further, which is an error of whoever writes to it.
 */
export const outlivePipes = (): void => {
  process.on("SIGXFSZ", () => undefined);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
};

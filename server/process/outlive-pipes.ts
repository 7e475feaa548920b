/** Whoever read our output may be gone, and the terminal with it: what is said to nobody must not end the process. */
export const outlivePipes = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
};

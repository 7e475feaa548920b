/**
 * The reader of our output may be gone, with the terminal; writing to it must not end the process. Nor must
 * a file that may not grow further, which is an error for the writer.
 */
export const outlivePipes = (): void => {
  process.on("SIGXFSZ", () => undefined);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
};

/** A server that says nothing for so long is treated as a lost connection. */
const silenceMs = 15_000;

/** The work's result, or an error when nothing came back for too long. */
export const withinSilence = async <T>(work: Promise<T>, limitMs = silenceMs): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer from the database")), limitMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
};

/** Nothing came back for too long: what was asked may have happened or not. */
export class Silence extends Error {
  override readonly name = "Silence";

  constructor() {
    super("no answer from the database");
  }
}

/** The work's result, or an error when nothing came back for too long. */
export const withinSilence = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence()), limitMs);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
};

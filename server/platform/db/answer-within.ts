/** The database did not answer in time: what was asked may or may not have happened. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor() {
    super("no answer from the database");
  }
}

/** The result of the work, or `NoAnswer` if it takes longer than the limit. */
export const answerWithin = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const noAnswer = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer()), limitMs);
  });
  try {
    return await Promise.race([work, noAnswer]);
  } finally {
    clearTimeout(timer);
  }
};

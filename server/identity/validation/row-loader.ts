/** Reads rows as they are stored now; never from memory. */
export interface RowLoader<Row> {
  readonly find: (id: string) => Promise<Row | undefined>;
}

interface Waiting<Row> {
  readonly id: string;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

const maxUnderWay = 2;
const maxTogether = 200;

/**
 * Questions that arrive while others are under way are asked together. Each is put to the database after it arrived,
 * so an answer is never older than its question; alone, none waits.
 */
export const createRowLoader = <Row>(
  load: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): RowLoader<Row> => {
  const waiting: Waiting<Row>[] = [];
  let underWay = 0;

  const ask = async (): Promise<void> => {
    const together = waiting.splice(0, maxTogether);
    underWay += 1;
    try {
      const rows = await load([...new Set(together.map(({ id }) => id))]);
      const byId = new Map(rows.map((row) => [idOf(row), row]));
      for (const { id, resolve } of together) resolve(byId.get(id));
    } catch (error) {
      for (const { reject } of together) reject(error);
    } finally {
      underWay -= 1;
      askNext();
    }
  };

  const askNext = (): void => {
    if (waiting.length > 0 && underWay < maxUnderWay) void ask();
  };

  return {
    find: (id) =>
      new Promise((resolve, reject) => {
        waiting.push({ id, resolve, reject });
        askNext();
      }),
  };
};

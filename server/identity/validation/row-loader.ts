/** Reads rows by id from the database, in batches; it caches nothing. */
export interface RowLoader<Row> {
  readonly find: (id: string) => Promise<Row | undefined>;
}

interface Waiting<Row> {
  readonly id: string;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

const maxConcurrent = 2;
const maxBatch = 200;

/**
 * Requests that arrive while `maxConcurrent` queries are running wait, and then share one query. A query only serves requests
 * that arrived before it started, so no result is older than its request. A request that finds a free slot does not wait.
 */
export const createRowLoader = <Row>(
  load: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): RowLoader<Row> => {
  const waiting: Waiting<Row>[] = [];
  let running = 0;

  const loadBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, maxBatch);
    running += 1;
    try {
      const rows = await load([...new Set(batch.map(({ id }) => id))]);
      const byId = new Map(rows.map((row) => [idOf(row), row]));
      for (const { id, resolve } of batch) resolve(byId.get(id));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running -= 1;
      loadNext();
    }
  };

  const loadNext = (): void => {
    if (waiting.length > 0 && running < maxConcurrent) void loadBatch();
  };

  return {
    find: (id) =>
      new Promise((resolve, reject) => {
        waiting.push({ id, resolve, reject });
        loadNext();
      }),
  };
};

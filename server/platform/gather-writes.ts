/** Rows that wait at the same time are written together, and each waits for its own. */
interface GatherWrites<Row> {
  /** All of them, or none: one statement. */
  readonly write: (rows: readonly Row[]) => Promise<void>;
  readonly bytesOf: (row: Row) => number;
  /** Whether each row alone may fare better than the rows together did. */
  readonly mayDiffer: (error: unknown) => boolean;
  readonly maxRows?: number;
  readonly maxBytes?: number;
}

interface Waiting<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One write is under way at a time, and the next gathers meanwhile: under load many rows share a statement and a commit,
 * and a row that comes alone waits for nothing. Where rows fail together, each is tried alone, so that one that cannot be
 * written takes no other with it.
 */
export const gatherWrites = <Row>(options: GatherWrites<Row>): ((row: Row) => Promise<void>) => {
  const { write, bytesOf, mayDiffer, maxRows = 128, maxBytes = 4 * 1024 * 1024 } = options;
  let queue: Waiting<Row>[] = [];
  let running = false;

  const take = (): readonly Waiting<Row>[] => {
    let bytes = 0;
    let end = 0;
    for (const { row } of queue.slice(0, maxRows)) {
      bytes += bytesOf(row);
      if (end > 0 && bytes > maxBytes) break;
      end += 1;
    }
    const taken = queue.slice(0, end);
    queue = queue.slice(end);
    return taken;
  };

  const writeTogether = async (taken: readonly Waiting<Row>[]): Promise<void> => {
    try {
      await write(taken.map(({ row }) => row));
      for (const { resolve } of taken) resolve();
    } catch (error) {
      if (taken.length > 1 && mayDiffer(error)) for (const one of taken) await writeTogether([one]);
      else for (const { reject } of taken) reject(error);
    }
  };

  const run = async (): Promise<void> => {
    running = true;
    while (queue.length > 0) await writeTogether(take());
    running = false;
  };

  return (row) =>
    new Promise((resolve, reject) => {
      queue.push({ row, resolve, reject });
      if (!running) void run();
    });
};

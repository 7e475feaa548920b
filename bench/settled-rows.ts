import { Client } from "pg";
import { databaseUrlOf } from "./set-budgets.ts";

/** What the ledger says of an operation's rows. */
export interface SettledRows {
  readonly rows: number;
  readonly settled: number;
  /** Rows without exactly one cost entry. */
  readonly bookedOtherwise: number;
  /** Money still set aside, nano-USD. */
  readonly reserved: string;
}

/** Counts the rows of an operation, and those that were not booked exactly once. */
export const settledRows = async (dataDir: string, operation: string): Promise<SettledRows> => {
  const client = new Client({ connectionString: await databaseUrlOf(dataDir) });
  await client.connect();
  try {
    const { rows } = await client.query<{ rows: number; settled: number; otherwise: number; reserved: string }>(
      `select count(*)::int as rows, (count(*) filter (where o.state = 'settled'))::int as settled,
              (count(*) filter (where coalesce(e.n, 0) <> 1))::int as otherwise,
              (select coalesce(max(reserved), 0)::text from nexus.budget) as reserved
         from nexus.operation o left join (select operation_id, count(*) n from nexus.entry where kind = 'cost' group by operation_id) e using (operation_id)
        where o.name = $1`,
      [operation],
    );
    const [found] = rows;
    if (!found) throw new Error("the ledger did not answer");
    return { rows: found.rows, settled: found.settled, bookedOtherwise: found.otherwise, reserved: found.reserved };
  } finally {
    await client.end();
  }
};

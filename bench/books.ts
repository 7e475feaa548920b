import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { judgeBooks, type Books } from "./judge-books.ts";
import { databaseUrlOf } from "./set-budgets.ts";

const statement = `
  select (select coalesce(json_object_agg(state, n), '{}') from (select state, count(*)::int as n from nexus.operation group by state) s) as states,
         (select count(*)::int from nexus.operation o left join
            (select operation_id, count(*) n from nexus.entry where kind = 'cost' group by operation_id) e using (operation_id)
           where o.state = 'settled' and coalesce(e.n, 0) <> 1) as otherwise,
         (select coalesce(sum(amount), 0)::text from nexus.entry where kind = 'cost') as cost,
         (select array_agg(spent) from (select sum(spent)::text as spent from nexus.budget where org_id = 'org_topolo' group by rule_id) b) as spent,
         (select coalesce(sum(reserved), 0)::text from nexus.budget) as reserved`;

interface Answer {
  readonly states: Record<string, number>;
  readonly otherwise: number;
  readonly cost: string;
  readonly spent: readonly string[] | null;
  readonly reserved: string;
}

const readBooks = async (client: Client): Promise<Books> => {
  const { rows } = await client.query<Answer>(statement);
  const [found] = rows;
  if (!found) throw new Error("the ledger did not answer");
  return {
    states: found.states,
    bookedOtherwise: found.otherwise,
    cost: BigInt(found.cost),
    spent: (found.spent ?? []).map(BigInt),
    reserved: BigInt(found.reserved),
  };
};

const pollMs = 250;
/** For calls that their callers left when the load ended. */
const settledMs = 30_000;

/** Waits until nothing is under way any more, and compares the ledger with what the vendor counted; where they differ, the run fails. */
export const checkBooks = async (dataDir: string, vendorCalls: () => Promise<number>): Promise<string> => {
  const client = new Client({ connectionString: await databaseUrlOf(dataDir) });
  await client.connect();
  try {
    const until = performance.now() + settledMs;
    let books = await readBooks(client);
    while ((books.reserved > 0n || (books.states["open"] ?? 0) > 0) && performance.now() < until) {
      await sleep(pollMs);
      books = await readBooks(client);
    }
    const { exact, said } = judgeBooks(books, await vendorCalls());
    if (!exact) process.exitCode = 1;
    return said;
  } finally {
    await client.end();
  }
};

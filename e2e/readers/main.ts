import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { z } from "zod";
import { writeWholeFile } from "../../server/cli/write-whole-file.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";
import { entryBytes, EntryFormat, exportEntries } from "../../server/domain/usage/index.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { openLedger, type HoldFacts, type Ledger } from "../../server/platform/ledger/index.ts";
import { silentLogger as log } from "../../server/platform/logger.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { ensurePython, pythonMissing } from "../sdks/python-venv.ts";

// `npm run readers`: a ledger with costs, overruns, releases, corrections and doubts that ended, exported in three files one after
// the other in every format, is read by DuckDB and by ClickHouse. What they add up to must be what the ledger does, to the nano.

const organizations = ["org_one", "org_two"];
const calls = 3_000;

const Told = z.strictObject({
  reader: z.string(),
  format: z.string(),
  rows: z.int(),
  cost: z.string(),
  usd: z.string(),
  calls: z.int(),
  failed: z.int(),
  positions: z.int(),
});
const Typed = z.strictObject({ reader: z.string(), types: z.record(z.string(), z.string()) });

const facts: HoldFacts = {
  appId: "=HYPERLINK(1)",
  userId: "usr_ünïcödé",
  keyId: undefined,
  operation: "ai.generateText",
  effect: "read",
  vendor: "openai",
  model: 'gpt-"quoted", with a comma',
  requestedModel: "openai/gpt",
  credentialTier: "byok",
  credentialId: "cred_1",
  credentialVersion: 1,
  priceIds: ["price_1"],
  door: "rest",
  requestId: "req_1",
};

const fill = async (sql: Client, ledger: Ledger): Promise<void> => {
  for (const org of organizations) await sql.query("select nexus.nexus_ensure_org($1)", [org]);
  const { rows } = await sql.query<{ id: string; epoch: string; org_id: string }>(
    "select id::text, epoch::text, org_id from nexus.budget where rule_id is null",
  );
  const one = async (n: number): Promise<unknown> => {
    const root = rows[n % rows.length];
    if (root === undefined) throw new Error("no organization");
    const operationId = newId();
    const heldNanos = 1_000n + BigInt(n) * 3_000_000_019n;
    const reply = await ledger.reserve({
      operationId,
      organizationId: root.org_id,
      levels: [BigInt(root.id)],
      epoch: BigInt(root.epoch),
      heldNanos,
      ttlMs: 60_000,
      facts,
    });
    if (reply.status !== "held") throw new Error(reply.status);
    if (n % 13 === 0) return ledger.settle({ operationId, end: "released", source: "none", result: {} });
    if (n % 17 === 0) return ledger.settle({ operationId, end: "uncertain", source: "none", result: {} });
    return ledger.settle({
      operationId,
      end: "settled",
      costNanos: n % 11 === 0 ? heldNanos * 2n : heldNanos / 2n,
      source: n % 7 === 0 ? "estimated" : "provider",
      result: { units: { input: n, output: 5 }, status: 200, latencyMs: 9 },
    });
  };
  const waiting = Array.from({ length: calls }, (_, n) => n).values();
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (const n of waiting) await one(n);
    }),
  );
};

const correct = (sql: Client): Promise<unknown> =>
  sql.query(
    `select nexus.nexus_correct(operation_id, case when n % 5 = 0 then 'released' else 'settled' end, case when n % 5 = 0 then null else held / 3 end, 'import', 'root', 'the bill', repeat('0', 64), false)
       from (select operation_id, held, row_number() over (order by operation_id) n from nexus.operation where state = 'uncertain' or source = 'estimated') o`,
  );

const missing = pythonMissing();
if (missing !== undefined) {
  console.error(missing);
  process.exit(1);
}
const python = ensurePython(join(import.meta.dirname, "requirements.txt"));
const folder = await mkdtemp(join(tmpdir(), "nexus-readers-"));
const server = await startOwnPostgres(join(folder, "data"));
const sql = new Client({ connectionString: server.databaseUrl });
await sql.connect();
const ledger = await openLedger({
  connectionString: server.databaseUrl,
  processId: newId(),
  clock: systemClock,
  log,
  requireDurability: true,
});
const deps = await openDeps(server.databaseUrl);
let wrong = 0;
try {
  const next: Record<EntryFormat, string> = { parquet: "2020-01-01", csv: "2020-01-01", jsonl: "2020-01-01" };
  const write = async (part: number): Promise<void> => {
    for (const format of EntryFormat.options) {
      const exported = await exportEntries(deps, operatorNamed("root"), { since: next[format], format });
      const file = join(folder, `entries-${part}.${format}`);
      await writeWholeFile(
        file,
        entryBytes(exported, { rowsAtOnce: 700, endless: true }),
        new AbortController().signal,
      );
      next[format] = exported.next.toString();
    }
  };
  const filling = fill(sql, ledger);
  await write(1);
  await filling;
  await write(2);
  await correct(sql);
  await write(3);
  const { rows } = await sql.query<{ rows: number; cost: string; calls: number; failed: number }>(
    `select (select count(*) from nexus.entry)::int as rows, sum(case when kind in ('adjust_down', 'rerate_down') then -amount else amount end)::text as cost,
            (select count(*) from nexus.operation where state in ('settled', 'released'))::int as calls, (select count(*) from nexus.operation where state = 'released')::int as failed from nexus.entry`,
  );
  const [ledgerSays = { rows: 0, cost: "0", calls: 0, failed: 0 }] = rows;
  const usd = (nanos: string): string =>
    `${BigInt(nanos) / 1_000_000_000n}.${nanos.padStart(10, "0").slice(-9).replace(/0+$/, "")}`;
  console.log(JSON.stringify({ reader: "ledger", ...ledgerSays, usd: usd(ledgerSays.cost) }));
  const { stdout } = await promisify(execFile)(python, ["-B", join(import.meta.dirname, "read.py"), folder], {
    maxBuffer: 10_000_000,
  });
  for (const line of stdout.trim().split("\n")) {
    const read: unknown = JSON.parse(line);
    const typed = Typed.safeParse(read);
    if (typed.success) {
      console.log(line);
      continue;
    }
    const told = Told.parse(read);
    const right =
      told.rows === ledgerSays.rows &&
      told.positions === ledgerSays.rows &&
      told.cost === ledgerSays.cost &&
      // As a decimal, whatever zeros a reader shows; JSON lines have whole numbers alone, which it divides itself.
      (told.format === "jsonl" || told.usd.replace(/0+$/, "") === usd(ledgerSays.cost)) &&
      told.calls === ledgerSays.calls &&
      told.failed === ledgerSays.failed;
    if (!right) wrong += 1;
    console.log(`${right ? "✓" : "✗"} ${line}`);
  }
} finally {
  await deps.close();
  await ledger.close();
  await sql.end();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(wrong === 0 ? "Everything adds up." : `${wrong} readers see something else than the ledger.`);
process.exitCode = wrong === 0 ? 0 : 1;

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { systemClock } from "../server/platform/clock.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { startLedgerWorkers } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { openPairLoad, type PairLoad } from "./pair-load.ts";
import { settings } from "./settings.ts";
import { costsOf, wallsOf, type MeasuredCosts } from "./walls-of.ts";

const callers = 64;
const say = (text: string): void => console.log(`  ${text}`);
const organizations = Array.from({ length: 16 }, (_, n) => `org_${n}`);

const forSeconds = (seconds: number): (() => boolean) => {
  const end = performance.now() + seconds * 1_000;
  return () => performance.now() >= end;
};

interface Position {
  readonly wal: number;
  readonly bytes: number;
}

const positionOf = async (sql: Client): Promise<Position> => {
  const { rows } = await sql.query<Position>(
    `select (pg_current_wal_lsn() - '0/0')::float8 as wal,
            (select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relnamespace = 'nexus'::regnamespace and c.relkind = 'r' and c.relname ~ '^(operation|entry)_')::float8 as bytes`,
  );
  return rows[0] ?? { wal: 0, bytes: 0 };
};

/** One organization's calls: what each costs the database, its log, its disk and the worker that adds it up. */
const measure = async (connectionString: string, sql: Client): Promise<MeasuredCosts> => {
  const load = await openPairLoad(connectionString, ["org_one"]);
  const workers = await startLedgerWorkers({
    connectionString,
    ledger: load.ledger,
    clock: systemClock,
    log,
    manual: true,
  });
  try {
    await load.run(callers, forSeconds(2));
    await workers.run("rollup");
    // Once after a checkpoint each page is in the log as a whole; what comes then is what goes on.
    const before = await positionOf(sql);
    const busy = await load.run(callers, forSeconds(settings.seconds));
    const after = await positionOf(sql);
    const { rows } = await sql.query<{ n: number }>("select count(*)::int as n from nexus.rollup_queue");
    const began = performance.now();
    await workers.run("rollup");
    const rollupMicros = ((performance.now() - began) * 1_000) / Math.max(rows[0]?.n ?? 1, 1);
    // Alone, a call waits for its own two commits.
    const alone = await load.run(1, forSeconds(2));
    return {
      databaseMicros: busy.databaseMicros,
      commitMicros: (alone.p50Ms * 1_000) / 2,
      rollupMicros,
      walBytes: (after.wal - before.wal) / busy.pairs,
      diskBytes: (after.bytes - before.bytes) / busy.pairs,
      gatewayMicros: settings.gatewayMicros,
    };
  } finally {
    await workers.close();
    await load.close();
  }
};

/** What a batch of one organization, or of one group of them, costs beside one of all. */
const compareBatches = async (connectionString: string): Promise<void> => {
  const rounds = 3;
  say(`batches: ${callers} callers of ${organizations.length} organizations`);
  const groups = (count: number): readonly (readonly string[])[] =>
    Array.from({ length: count }, (_, lane) => organizations.filter((__, n) => n % count === lane));
  const kinds = [1, 4, 16].map((lanes) => ({ lanes, opened: [] as PairLoad[] }));
  try {
    for (const { lanes, opened } of kinds)
      for (const group of groups(lanes)) opened.push(await openPairLoad(connectionString, group));
    const seen = new Map<number, { readonly micros: number; readonly rate: number }[]>();
    for (let round = 0; round < rounds; round += 1)
      for (const { lanes, opened } of kinds) {
        const until = forSeconds(settings.seconds / 2);
        const costs = await Promise.all(opened.map((load) => load.run(callers / lanes, until)));
        const pairs = costs.reduce((sum, cost) => sum + cost.pairs, 0);
        const micros = costs.reduce((sum, cost) => sum + cost.databaseMicros * cost.pairs, 0) / Math.max(pairs, 1);
        const rate = costs.reduce((sum, cost) => sum + cost.pairsPerSecond, 0);
        seen.set(lanes, [...(seen.get(lanes) ?? []), { micros, rate }]);
      }
    const median = (values: readonly number[]): number =>
      values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    for (const [lanes, all] of seen)
      say(
        `${lanes === 1 ? "one batch of all" : lanes === organizations.length ? "a batch an organization" : `a batch for each of ${lanes} groups`}: ${median(all.map(({ micros }) => micros)).toFixed(0)} µs of PostgreSQL a pair, ${median(all.map(({ rate }) => rate)).toFixed(0)} pairs/s`,
      );
  } finally {
    for (const { opened } of kinds) await Promise.all(opened.map((load) => load.close()));
  }
};

/** What 2, 8 and 64 cores carry, and where the wall is, by what a call was just measured to cost. */
export const simulate = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-simulate-"));
  const server = await startEmbeddedPostgres({ dataDir, log });
  try {
    const connectionString = await ensureDatabase(server, "bench");
    await migrate({ connectionString, schema: "nexus", folder: join(import.meta.dirname, "..", "prisma", "nexus") });
    const sql = new Client({ connectionString });
    await sql.connect();
    try {
      const costs = await measure(connectionString, sql);
      for (const line of costsOf(costs)) say(line);
      for (const line of wallsOf(costs)) say(line);
      await compareBatches(connectionString);
    } finally {
      await sql.end();
    }
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

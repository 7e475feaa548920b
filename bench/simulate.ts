import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { systemClock } from "../server/platform/clock.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { startLedgerWorkers } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { cpuSeconds } from "./cpu-time.ts";
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
    const { rows: sessions } = await sql.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and application_name = 'nexus-workers'",
    );
    const pid = sessions[0]?.pid ?? 0;
    const cpuBefore = await cpuSeconds(pid);
    await workers.run("rollup");
    const rollupMicros = (((await cpuSeconds(pid)) - cpuBefore) * 1e6) / Math.max(rows[0]?.n ?? 1, 1);
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

/** Batches of all organizations, of groups of them, and of each; `callers` of a queue. */
const cuts = [
  { name: "one batch of all", lanes: 1, callers },
  { name: "a batch for each of 4 groups", lanes: 4, callers: callers / 4 },
  { name: "a batch an organization", lanes: 16, callers: callers / 16 },
  { name: "a batch for each of 4 groups with as many callers each", lanes: 4, callers },
] as const;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** What a batch of one organization, or of one group of them, costs beside one of all. */
const compareBatches = async (connectionString: string): Promise<void> => {
  const rounds = 3;
  say(`batches: ${callers} callers of ${organizations.length} organizations`);
  const opened = new Map<number, PairLoad[]>();
  try {
    for (const lanes of new Set(cuts.map((cut) => cut.lanes))) {
      const loads: PairLoad[] = [];
      opened.set(lanes, loads);
      for (let lane = 0; lane < lanes; lane += 1)
        loads.push(
          await openPairLoad(
            connectionString,
            organizations.filter((_, n) => n % lanes === lane),
          ),
        );
    }
    const seen = cuts.map(() => ({ micros: [] as number[], rates: [] as number[] }));
    for (let round = 0; round < rounds; round += 1)
      for (const [index, cut] of cuts.entries()) {
        const until = forSeconds(settings.seconds / 2);
        const costs = await Promise.all((opened.get(cut.lanes) ?? []).map((load) => load.run(cut.callers, until)));
        const pairs = costs.reduce((sum, cost) => sum + cost.pairs, 0);
        seen[index]?.micros.push(costs.reduce((sum, cost) => sum + cost.databaseMicros * cost.pairs, 0) / pairs);
        seen[index]?.rates.push(costs.reduce((sum, cost) => sum + cost.pairsPerSecond, 0));
      }
    for (const [index, { name }] of cuts.entries()) {
      const { micros = [], rates = [] } = seen[index] ?? {};
      say(`${name}: ${median(micros).toFixed(0)} µs of PostgreSQL a pair, ${median(rates).toFixed(0)} pairs/s`);
    }
  } finally {
    for (const loads of opened.values()) await Promise.all(loads.map((load) => load.close()));
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

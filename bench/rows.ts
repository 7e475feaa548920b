import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { writeWholeFile } from "../server/cli/write-whole-file.ts";
import { operatorNamed } from "../server/contracts/operator.ts";
import { entryBytes, exportEntries } from "../server/domain/usage/index.ts";
import { systemClock } from "../server/platform/clock.ts";
import { openDatabase } from "../server/platform/db/database.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { startLedgerWorkers } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { openPairLoad, type PairCost, type PairLoad } from "./pair-load.ts";
import { seedRows } from "./seed-rows.ts";
import { settings } from "./settings.ts";

const organizationId = "org_topolo";
const callers = 64;
const rounds = 5;
const say = (text: string): void => console.log(`  ${text}`);

const forSeconds = (seconds: number): (() => boolean) => {
  const end = performance.now() + seconds * 1_000;
  return () => performance.now() >= end;
};
const shown = ({ pairsPerSecond, databaseMicros, p50Ms, p99Ms, mostMs }: PairCost): string =>
  `${pairsPerSecond.toFixed(0).padStart(6)} pairs/s  ${databaseMicros.toFixed(0).padStart(5)} µs of PostgreSQL a pair  p50 ${p50Ms.toFixed(1)}  p99 ${p99Ms.toFixed(1)}  longest ${mostMs.toFixed(0)} ms`;

const fill = async (connectionString: string, load: PairLoad, sql: Client): Promise<void> => {
  const { operations, operationDays: days } = settings;
  const { rows: found } = await sql.query<{ filled: boolean }>(
    "select to_regclass('public.filled') is not null as filled",
  );
  if (found[0]?.filled !== true) await seedRows({ connectionString, operations, organizationId, days, load, say });
  const { rows } = await sql.query<{ operations: string; size: string }>(
    "select count(*)::text as operations, pg_size_pretty(pg_database_size(current_database())) as size from nexus.operation",
  );
  say(`${rows[0]?.operations} operations, ${rows[0]?.size}\n`);
};

/** A few seconds of the one and of the other in turn, so that what the machine does meanwhile meets both. */
const compare = async (empty: PairLoad, full: PairLoad): Promise<void> => {
  const seen: { readonly empty: PairCost; readonly full: PairCost }[] = [];
  // The first writes to each page after a checkpoint are logged as whole pages, and come from the disk: that is over after a while.
  for (const load of [empty, full, empty, full]) await load.run(callers, forSeconds(settings.seconds));
  for (let round = 0; round < rounds; round += 1) {
    const pair = {
      empty: await empty.run(callers, forSeconds(settings.seconds)),
      full: await full.run(callers, forSeconds(settings.seconds)),
    };
    seen.push(pair);
    say(`none   ${shown(pair.empty)}`);
    say(`many   ${shown(pair.full)}`);
  }
  const ratio = (of: (cost: PairCost) => number): string => {
    const ratios = seen.map((pair) => of(pair.full) / of(pair.empty)).toSorted((a, b) => a - b);
    return (ratios[Math.floor(ratios.length / 2)] ?? Number.NaN).toFixed(2);
  };
  say(
    `many to none, medians: processor time ${ratio(({ databaseMicros }) => databaseMicros)}, pairs a second ${ratio(({ pairsPerSecond }) => pairsPerSecond)}\n`,
  );
};

/** Dead rows, sizes and what vacuum did, of the tables that calls write. */
const bloat = async (sql: Client): Promise<string> => {
  const { rows } = await sql.query<{ name: string; live: string; dead: string; mb: number; vacuums: string }>(
    `select c.relname as name, n_live_tup::text as live, n_dead_tup::text as dead, (pg_relation_size(c.oid) / 1048576.0)::float8 as mb, (autovacuum_count + vacuum_count)::text as vacuums
       from pg_stat_user_tables s join pg_class c on c.oid = s.relid
      where c.relnamespace = 'nexus'::regnamespace and c.relname = any (array['budget', 'idempotency', 'rollup_queue', 'usage_hour', to_char(now() at time zone 'UTC', '"operation_"YYYYMM'), to_char(now() at time zone 'UTC', '"entry_"YYYYMM')])
      order by 1`,
  );
  return rows
    .map(({ name, live, dead, mb, vacuums }) => `${name} ${live} live ${dead} dead ${mb.toFixed(1)} MB ${vacuums}×`)
    .join("; ");
};

/** Load for so many minutes, with everything that runs beside it; what is dead, and how large tables get, each minute. */
const sustain = async (connectionString: string, load: PairLoad, sql: Client): Promise<void> => {
  const workers = await startLedgerWorkers({ connectionString, ledger: load.ledger, clock: systemClock, log });
  try {
    await sql.query("select pg_stat_force_next_flush()");
    say(`before    ${await bloat(sql)}`);
    const steps = Math.max(Math.ceil(settings.minutes), 2);
    for (let step = 1; step <= steps; step += 1) {
      const cost = await load.run(callers, forSeconds((settings.minutes * 60) / steps));
      say(`${((settings.minutes * step) / steps).toFixed(1).padStart(5)} min ${shown(cost)}`);
      say(`          ${await bloat(sql)}`);
    }
    // What is left in the queue after the load, and for how long.
    const began = performance.now();
    for (;;) {
      const { rows } = await sql.query<{ n: number }>("select count(*)::int as n from nexus.rollup_queue");
      if (rows[0]?.n === 0) break;
      if (performance.now() - began > 600_000) throw new Error(`sums lag behind: ${rows[0]?.n} entries wait`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    say(`all entries are in the sums ${((performance.now() - began) / 1_000).toFixed(1)} s after the load\n`);
  } finally {
    await workers.close();
  }
};

const signed = "case when kind in ('adjust_down', 'rerate_down') then -amount else amount end";
const booked = async (sql: Client): Promise<string> => {
  const { rows } = await sql.query<{ sum: string }>(
    `select ((select coalesce(sum(${signed}), 0) from nexus.entry)
             + (select coalesce(sum(s.cost), 0) from nexus.retired_sum s join nexus.retired_month m using (month) where m.dropped_at is not null))::text as sum`,
  );
  return rows[0]?.sum ?? "";
};

/** The oldest months go while calls go on. */
const retire = async (connectionString: string, load: PairLoad, sql: Client): Promise<void> => {
  const months = async (): Promise<{ readonly all: number; readonly ahead: number; readonly strays: boolean }> => {
    const { rows } = await sql.query<{ all: number; ahead: number; strays: boolean }>(
      `select count(*)::int as all, (count(*) filter (where right(inhrelid::regclass::text, 6) > to_char(now() at time zone 'UTC', 'YYYYMM')))::int as ahead,
              exists (select from nexus.operation_default) or exists (select from nexus.entry_default) as strays
         from pg_inherits where inhparent = 'nexus.operation'::regclass and inhrelid::regclass::text ~ '\\d{6}$'`,
    );
    return rows[0] ?? { all: 0, ahead: 0, strays: true };
  };
  const before = await months();
  say(
    `partitions: ${before.all} months, ${before.ahead} of them ahead; rows outside of them: ${before.strays ? "SOME" : "none"}`,
  );
  const sumBefore = await booked(sql);
  const keep = Math.max(before.all - before.ahead - 1 - 2, 4);
  const workers = await startLedgerWorkers({
    connectionString,
    ledger: load.ledger,
    clock: systemClock,
    log,
    keepMonths: keep,
    manual: true,
  });
  const idle = await load.run(8, forSeconds(5));
  const began = performance.now();
  let dropping = true;
  // Whoever holds the tables for too long, on a busy disk, is not waited for: a worker tries again an hour later.
  const untilDropped = async (): Promise<void> => {
    for (let tries = 0; tries < 60 && (await months()).all > keep + before.ahead + 1; tries += 1) {
      await workers.run("retention");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const dropped = untilDropped().finally(() => {
    dropping = false;
  });
  const [during] = await Promise.all([load.run(8, () => !dropping), dropped]);
  await workers.close();
  const after = await months();
  const { rows } = await sql.query<{ operations: string; n: number }>(
    "select coalesce(sum(operations), 0)::text as operations, count(*)::int as n from nexus.retired_month where dropped_at is not null",
  );
  say(
    `${before.all - after.all} months dropped in ${((performance.now() - began) / 1_000).toFixed(1)} s, ${rows[0]?.operations} operations; calls meanwhile`,
  );
  say(`  before ${shown(idle)}`);
  say(`  during ${shown(during)}`);
  // What the load has booked meanwhile is no part of the comparison.
  const booking = BigInt(idle.pairs + during.pairs) * 207_600n;
  say(
    `sums ${BigInt(await booked(sql)) === BigInt(sumBefore) + booking ? "agree" : "DISAGREE"} with what is left and what was dropped\n`,
  );
};

/** All entries as one Parquet file, and what they add up to there and in the ledger. */
const exportAll = async (connectionString: string, folder: string, sql: Client): Promise<void> => {
  const db = openDatabase({ connectionString, log });
  try {
    const file = join(folder, "entries.parquet");
    const [began, cpuBefore] = [performance.now(), process.cpuUsage()];
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 200);
    const rss = process.memoryUsage.rss();
    const exported = await exportEntries({ db }, operatorNamed("bench"), { since: "2020-01-01", format: "parquet" });
    await writeWholeFile(file, entryBytes(exported, { rowsAtOnce: 20_000 }), new AbortController().signal);
    clearInterval(timer);
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { rows, costNanos } = exported.totals();
    const { rows: told } = await sql.query<{ sum: string; n: number }>(
      `select sum(${signed})::text as sum, count(*)::int as n from nexus.entry`,
    );
    const megabytes = ((await stat(file)).size / 1_048_576).toFixed(0);
    say(
      `export: ${rows} entries, ${megabytes} MiB of Parquet in ${seconds.toFixed(0)} s, ${(rows / seconds).toFixed(0)} a second, ${((user + system) / 1e6).toFixed(0)} s of processor time; memory ${(rss / 1_048_576).toFixed(0)} MiB before, ${(most / 1_048_576).toFixed(0)} at most`,
    );
    say(`sums ${told[0]?.sum === costNanos && told[0].n === rows ? "agree" : "DISAGREE"}: ${costNanos} nano-USD\n`);
    await rm(file);
  } finally {
    await db.close();
  }
};

/** What calls cost in a ledger with ten million operations, beside one with none: holds and ends, vacuum, partitions, export. */
export const rows = async (): Promise<void> => {
  const kept = settings.dataDir;
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), "nexus-rows-")));
  const server = await startEmbeddedPostgres({ dataDir, log });
  try {
    const open = async (name: string): Promise<string> => {
      const connectionString = await ensureDatabase(server, name);
      await migrate({ connectionString, schema: "nexus", folder: join(import.meta.dirname, "..", "prisma", "nexus") });
      return connectionString;
    };
    const [none, many] = [await open("none"), await open("many")];
    const sql = new Client({ connectionString: many });
    await sql.connect();
    const pid = (await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0];
    say(`PostgreSQL ${pid}, ${callers} callers, three budgets each, ${settings.seconds} s each\n`);
    const [empty, full] = [await openPairLoad(none, [organizationId]), await openPairLoad(many, [organizationId])];
    try {
      await fill(many, full, sql);
      await compare(empty, full);
      await sustain(many, full, sql);
      await retire(many, full, sql);
      await exportAll(many, dataDir, sql);
    } finally {
      await empty.close();
      await full.close();
      await sql.end();
    }
  } finally {
    await server.stop();
    if (kept === undefined) await rm(dataDir, { recursive: true, force: true });
  }
};

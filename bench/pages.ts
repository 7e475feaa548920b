import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { cpuSeconds } from "./cpu-time.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { pageQueries } from "./page-queries.ts";
import { percentile } from "./percentile.ts";
import { seedOperations } from "./seed-operations.ts";
import { databaseUrlOf } from "./set-budgets.ts";
import { settings } from "./settings.ts";

const organizationId = "org_topolo";
/** What a page may take, at the 95th percentile. */
const limitMs = 200;

/** A service token that may read everything. */
const tokenOf = async ({ dataDir }: RunningNexus): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "..", "server", "cli", "main.ts"),
      "token",
      "create",
      "--org",
      organizationId,
      "--label",
      "bench",
      "--json",
      "--permission",
      ...["usage", "budgets", "prices", "apps", "keys", "preferences", "tokens", "email", "payments", "customers"].map(
        (what) => `srv_nexus.${what}:read`,
      ),
    ],
    { env: { ...process.env, NEXUS_DATA_DIR: dataDir, NODE_ENV: "test" } },
  );
  const made: unknown = JSON.parse(stdout);
  if (typeof made !== "object" || made === null || !("token" in made) || typeof made.token !== "string")
    throw new Error("no token was made");
  return made.token;
};

const megabytesOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1_024;
};

/** Reads an export of so many rows, with the gateway's memory before, at most and after. */
const measureExport = async (
  { url, workerPids }: RunningNexus,
  headers: Readonly<Record<string, string>>,
  from: string,
  to: string,
): Promise<string> => {
  const [pid = 0] = await workerPids();
  const before = await megabytesOf(pid);
  let most = before;
  const sampled: number[] = [];
  const timer = setInterval(() => {
    void megabytesOf(pid).then((now) => {
      sampled.push(now);
      most = Math.max(most, now);
    });
  }, 500);
  const began = performance.now();
  const cpuBefore = await cpuSeconds(pid);
  const answer = await fetch(`${url}/api/usage/export?format=csv&from=${from}&to=${to}`, { headers });
  let bytes = 0;
  let end = "";
  if (!answer.ok || answer.body === null) throw new Error(`export: ${answer.status} ${await answer.text()}`);
  for await (const piece of answer.body) {
    bytes += piece.byteLength;
    end = Buffer.from(piece.subarray(-60)).toString();
  }
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1_000;
  const half = sampled[Math.floor(sampled.length / 2)] ?? before;
  return [
    `export: ${/# complete: \d+ rows/.exec(end)?.[0] ?? "BROKE OFF"}, ${(bytes / 1_048_576).toFixed(0)} MiB in ${seconds.toFixed(0)} s, ${((await cpuSeconds(pid)) - cpuBefore).toFixed(0)} s of the gateway's processor time`,
    `gateway memory: ${before.toFixed(0)} MiB before, ${half.toFixed(0)} in the middle, ${most.toFixed(0)} at most, ${(await megabytesOf(pid)).toFixed(0)} after`,
  ].join("\n  ");
};

/** The queries that pages make, over HTTP, in a database with ten million operations. */
export const pages = async (): Promise<void> => {
  const { operations, operationDays: days, pageRuns } = settings;
  const nexus = await startNexus({ upstream: "http://127.0.0.1:9", workers: 1, keptIn: settings.dataDir });
  try {
    const connectionString = await databaseUrlOf(nexus.dataDir);
    const client = new Client({ connectionString });
    await client.connect();
    const { rowCount: seeded } = await client.query("select from nexus.operation where process_id = 'seed' limit 1");
    if (seeded === 0)
      await seedOperations({ connectionString, operations, organizationId, days, lanes: 2, say: (text) => console.log(`  ${text}`) });
    const { rows } = await client.query(
      `select (select count(*) from nexus.operation)::int as operations, (select sum(amount) from nexus.entry) as entries,
              (select sum(cost) from nexus.usage_hour) as hours, (select sum(cost) from nexus.usage_hour_app) as app_hours,
              (select sum(cost) from nexus.usage_day) as days, (select sum(cost) from nexus.usage_day_app) as app_days,
              (select sum(spent) from nexus.budget where rule_id is null) as budgets, pg_size_pretty(pg_database_size(current_database())) as size,
              (select count(*) from nexus.usage_hour)::int as hour_rows, (select count(*) from nexus.usage_day)::int as day_rows`,
    );
    await client.end();
    console.log(`  ${JSON.stringify(rows[0])}\n`);
    const headers = {
      "x-nexus-service-token": await tokenOf(nexus),
      "x-nexus-organization-id": organizationId,
    };
    console.log(`  ${"page".padEnd(12)} ${"query".padEnd(62)} ${"p50".padStart(7)} ${"p95".padStart(7)} ms`);
    let slow = 0;
    const now = new Date();
    for (const { page, what, path } of await pageQueries({ url: nexus.url, headers, now })) {
      const times: number[] = [];
      for (let run = 0; run < pageRuns; run += 1) {
        const began = performance.now();
        const answer = await fetch(`${nexus.url}${path}`, { headers });
        const text = await answer.text();
        times.push(performance.now() - began);
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
      }
      const p95 = percentile(times, 0.95);
      if (p95 >= limitMs) slow += 1;
      console.log(
        `  ${page.padEnd(12)} ${what.padEnd(62)} ${percentile(times, 0.5).toFixed(1).padStart(7)} ${p95.toFixed(1).padStart(7)}${p95 >= limitMs ? "  SLOW" : ""}`,
      );
    }
    console.log(
      `\n  ${slow === 0 ? "all" : `all but ${slow}`} below ${limitMs} ms at the 95th percentile of ${pageRuns}`,
    );
    const dayOf = (ago: number): string => new Date(now.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
    const wholeDays = Math.min(Math.ceil((1_000_000 / ((operations * 0.6) / days)) * 1.005), days - 1);
    console.log(`  ${await measureExport(nexus, headers, dayOf(wholeDays + 1), dayOf(1))}`);
    if (slow > 0) process.exitCode = 1;
  } finally {
    await nexus.stop();
  }
};

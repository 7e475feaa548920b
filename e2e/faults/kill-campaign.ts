import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createCallers, setCampaignBudgets } from "./campaign-callers.ts";
import { openCluster, type Cluster } from "./cluster.ts";
import { openDisturbances, type DisturbanceLog } from "./disturbances.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { startOracleClient } from "./oracle-client.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";
import { seededRandom, type Random } from "./seeded.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string", default: "3" },
    callers: { type: "string", default: "16" },
    "max-minutes": { type: "string", default: "10" },
    keep: { type: "boolean", default: false },
  },
});
const [kills, seed, size] = [Number(values.kills), Number(values.seed), Number(values.gateways)];
const began = Date.now();
const lastMinuteAt = began + (Number(values["max-minutes"]) - 1.5) * 60_000;

/** An impatient operator ends the campaign early; what runs is still stopped, and judged. */
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = true;
  });
}
const mayGoOn = (): boolean => !interrupted && Date.now() < lastMinuteAt;

const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

/** The vendors, in their own process. */
const startVendors = async (args: readonly string[]) => {
  const child = fork(join(import.meta.dirname, "oracle-vendor.ts"), args, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  if (!child.stdout) throw new Error("the vendors have no output");
  const [line]: unknown[] = await once(createInterface(child.stdout), "line");
  const { baseUrls } = asAnnouncement(JSON.parse(String(line)));
  return {
    baseUrls,
    stop: async (): Promise<void> => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
};

/** Printed by oracle-vendor.ts and nothing else. */
const asAnnouncement = (value: unknown) =>
  value as { readonly baseUrls: Readonly<Record<"openai" | "anthropic" | "google", string>> };

/** Gateways that are killed at seeded moments and started again at once. */
class Herd {
  readonly #cluster: Cluster;
  readonly #disturbances: DisturbanceLog;
  readonly #alive = new Set<GatewayProcess>();
  readonly #starting = new Set<Promise<void>>();
  kills = 0;

  constructor(cluster: Cluster, disturbances: DisturbanceLog) {
    this.#cluster = cluster;
    this.#disturbances = disturbances;
  }

  urls(): string[] {
    return [...this.#alive].map(({ url }) => url);
  }

  get size(): number {
    return this.#alive.size;
  }

  /** A gateway that cannot start, as while PostgreSQL is away, is tried again. */
  add(): Promise<void> {
    const starting = (async () => {
      for (let left = 60; ; left -= 1) {
        try {
          this.#alive.add(await this.#cluster.startGateway());
          return;
        } catch (error) {
          if (left === 0) throw error;
          await sleep(500);
        }
      }
    })();
    this.#starting.add(starting);
    void starting.finally(() => this.#starting.delete(starting));
    return starting;
  }

  async kill(random: Random): Promise<void> {
    const [first, ...others] = this.#alive;
    if (!first) return;
    const victim = random.pick([first, ...others]);
    this.#alive.delete(victim);
    await this.#disturbances.during("kill", victim.url, victim.kill);
    this.kills += 1;
    void this.add();
  }

  async settled(): Promise<void> {
    while (this.#starting.size > 0) await Promise.all(this.#starting);
  }
}

const killPostgres = async (postgres: OwnPostgres): Promise<void> => {
  const pid = await postgres.kill();
  print({ killed: "postgres", pid });
  await sleep(1_500);
  await postgres.restart();
  print({ restarted: "postgres" });
};

const openRows = async (cluster: Cluster): Promise<{ open: number; uncertain: number; unfolded: number }> => {
  const { rows } = await cluster.pool.query<{ open: number; uncertain: number; unfolded: number }>(
    `select (select count(*)::int from nexus.intent where state = 'open') open,
            (select count(*)::int from nexus.intent where state = 'uncertain') uncertain,
            (select count(*)::int from nexus.entry_unfolded) unfolded`,
  );
  return rows[0] ?? { open: -1, uncertain: -1, unfolded: -1 };
};

const recovered = async (cluster: Cluster): Promise<void> => {
  const deadline = Date.now() + 150_000;
  for (;;) {
    const left = await openRows(cluster);
    if (left.open + left.uncertain + left.unfolded === 0) return;
    if (Date.now() > deadline) return print({ recovery: "did not finish in time", ...left });
    await sleep(1_000);
  }
};

print({ campaign: "kill", seed, kills, gateways: size });
const dataDir = await mkdtemp(join(tmpdir(), "nexus-campaign-"));
const files = {
  vendor: join(dataDir, "vendor.jsonl"),
  client: join(dataDir, "client.jsonl"),
  sightings: join(dataDir, "sightings.jsonl"),
  disturbances: join(dataDir, "disturbances.jsonl"),
};
const postgres = await startOwnPostgres(dataDir);
const { databaseUrl } = postgres;
const vendors = await startVendors([
  "--log",
  files.vendor,
  "--sightings",
  files.sightings,
  "--database",
  databaseUrl,
  "--seed",
  String(seed),
]);
const { openai, anthropic, google } = vendors.baseUrls;
const cluster = await openCluster({
  databaseUrl,
  dataDir,
  vendors: { openai, anthropic, google },
  // Above the fence of 10 s, below a campaign's patience.
  overrides: { callTimeoutMs: 15_000, orphanAfterMs: 12_000, uncertainSettleAfterMs: 5_000 },
});
const disturbances = openDisturbances(files.disturbances);
let passed = false;
try {
  const callers = await createCallers(cluster);
  await setCampaignBudgets(cluster, callers);
  const herd = new Herd(cluster, disturbances);
  await Promise.all(Array.from({ length: size }, () => herd.add()));
  print({ started: "gateways" });
  const client = startOracleClient({
    seed,
    callers: Number(values.callers),
    logFile: files.client,
    credentials: callers.credentials,
    gateways: () => herd.urls(),
  });
  const random = seededRandom(seed);
  const postgresAt = Math.floor(kills / 2);
  let postgresKilled = kills === 0;
  while (herd.kills < kills && mayGoOn()) {
    await sleep(random.between(50, 900));
    // With fewer than two there would be no load to be killed under.
    while (herd.size < 2 && mayGoOn()) await sleep(50);
    await herd.kill(random);
    if (!postgresKilled && herd.kills >= postgresAt) {
      postgresKilled = true;
      await disturbances.during("postgres", "kill", () => killPostgres(postgres));
    }
    if (herd.kills % 20 === 0) print({ kills: herd.kills, ...client.counts });
  }
  await sleep(2_000);
  await client.stop();
  await herd.settled();
  print({ load: "stopped", kills: herd.kills, postgresKills: postgresKilled ? 1 : 0, ...client.counts });
  await recovered(cluster);
  await sleep(500);
  const checker = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "check-ledger.ts"),
      "--database",
      databaseUrl,
      "--vendor-log",
      files.vendor,
      "--client-log",
      files.client,
      "--sightings",
      files.sightings,
      "--disturbances",
      files.disturbances,
      "--kills",
      String(kills),
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const [code]: unknown[] = await once(checker, "exit");
  passed = code === 0 && herd.kills >= kills;
  print({
    verdict: passed ? "passed" : "failed",
    seed,
    kills: herd.kills,
    wanted: kills,
    postgresKills: postgresKilled ? 1 : 0,
  });
} finally {
  await disturbances.close();
  await cluster.close();
  await vendors.stop();
  await postgres.stop();
  if (passed && !values.keep) await rm(dataDir, { recursive: true, force: true });
  else print({ kept: dataDir, seed });
}
process.exitCode = passed ? 0 : 1;

import { hash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type Pool } from "pg";
import { startSandbox } from "../../sandbox/start-sandbox.ts";
import type { FaultRule } from "../../sandbox/script.ts";
import { createCallers, setCampaignBudgets } from "./campaign-callers.ts";
import { openCluster } from "./cluster.ts";
import { openDisturbances } from "./disturbances.ts";
import { readClientLog, readDatabase, readDisturbances, type RunEvidence, type Sighting } from "./evidence.ts";
import type { SourceMutation } from "./gateway-process.ts";
import { GatewaySlot } from "./gateway-slot.ts";
import { startOracleClient } from "./oracle-client.ts";
import type { OwnPostgres } from "./own-postgres.ts";
import type { BudgetSample } from "./run-log.ts";
import { createRandom } from "./seeded.ts";

/** What a function of the database is broken with: one text of its definition, replaced. */
export interface FunctionMutation {
  readonly routine: string;
  readonly find: string;
  readonly replace: string;
}

interface ShortCampaign {
  readonly postgres: OwnPostgres;
  readonly dataDir: string;
  /** Of the run's database and files. */
  readonly name: string;
  readonly seed: number;
  /** So many are made at least, however fast or slow the machine is, and more until each of these was seen by the callers. */
  readonly calls: number;
  readonly until?: readonly string[];
  readonly kills: number;
  /** The vendor often bills far more than it was asked for. */
  readonly overbills?: true | undefined;
  readonly source?: SourceMutation | undefined;
  readonly routine?: FunctionMutation | undefined;
}

const gateways = 2;
const callers = 10;
/** What has not been seen by then is the judge's to miss. */
const patienceMs = 240_000;
/** Two keys and a member have so little that they run out of it. */
const smallNanos = 3_000_000n;

/** Each fault draws from numbers of its own. */
const sometimes = (seed: number, probability: number, name: string): FaultRule => ({
  probability,
  seed: Number.parseInt(hash("sha256", `${seed} ${name}`).slice(0, 8), 16),
  faults: [{ name }],
});

const vendorRules = ({ seed, overbills }: ShortCampaign): readonly FaultRule[] => [
  { faults: [{ name: "latency", delayMs: 10, jitterMs: 150, seed }] },
  sometimes(seed, 0.06, "cut-mid-stream"),
  sometimes(seed, 0.04, "cut-before-headers"),
  sometimes(seed, 0.04, "cut-after-last-delta"),
  sometimes(seed, 0.04, "bad-request"),
  sometimes(seed, 0.03, "usage-missing"),
  sometimes(seed, overbills ? 0.6 : 0.06, "usage-inflated"),
];

const administer = async (connectionString: string, ...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

/** A copy of the migrated database, which nobody is connected to. */
const copyDatabase = async ({ databaseUrl }: OwnPostgres, name: string): Promise<string> => {
  const at = (database: string): string => Object.assign(new URL(databaseUrl), { pathname: `/${database}` }).href;
  await administer(at("postgres"), `create database ${name} template nexus`);
  // A copy is not at home, and may not spend, until somebody says so.
  await administer(at(name), "select nexus.stop_spending('restored'), nexus.allow_spending()");
  return at(name);
};

/** Replaces a function by one in which a text is another; fails where it does not hold the text exactly once. */
const breakRoutine = async (pool: Pool, { routine, find, replace }: FunctionMutation): Promise<void> => {
  const { rows } = await pool.query<{ definition: string }>(
    "select pg_get_functiondef(oid) definition from pg_proc where pronamespace = 'nexus'::regnamespace and proname = $1",
    [routine],
  );
  const parts = (rows[0]?.definition ?? "").split(find);
  if (rows.length !== 1 || parts.length !== 2)
    throw new Error(`nexus.${routine} does not hold the text to mutate exactly once: ${find}`);
  await pool.query(parts.join(replace));
};

const sampleBudgets = async (pool: Pool): Promise<BudgetSample> => {
  const at = new Date().toISOString();
  const { rows } = await pool.query<BudgetSample["budgets"][number]>(
    `select id::text, hard, lim::text, reserved::text, spent::text, overrun::text, rolled_off::text "rolledOff" from nexus.budget`,
  );
  return { type: "budgets", at, budgets: rows };
};

/** Waits until nothing is open, in doubt or uncounted, but not for ever: what is left is the judge's to see. */
const recovered = async (pool: Pool, limitMs: number): Promise<void> => {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(250)) {
    const { rows } = await pool.query<{ left: number }>(
      `select (select count(*) from nexus.operation where state in ('open', 'uncertain'))::int
            + (select count(*) from nexus.rollup_queue)::int "left"`,
    );
    if (rows[0]?.left === 0) return;
  }
};

/** Drives load on a cluster for some seconds, kills some of its gateways, and returns what there is to be judged. */
export const runShortCampaign = async (options: ShortCampaign): Promise<RunEvidence> => {
  const { postgres, name, seed, calls, kills, source, routine, until = [] } = options;
  const dataDir = join(options.dataDir, name);
  await mkdir(dataDir, { recursive: true });
  const databaseUrl = await copyDatabase(postgres, name);
  const sightings: Sighting[] = [];
  const sandbox = await startSandbox({
    fsync: false,
    settings: { paceMs: 3 },
    onRequest: async ({ operationId }) => {
      if (operationId === null) return;
      const { rowCount } = await cluster.pool.query("select from nexus.operation where operation_id = $1", [
        operationId,
      ]);
      sightings.push({ type: "sighting", operationId, visible: rowCount === 1 });
    },
  });
  const { openai, anthropic, google } = sandbox.baseUrls;
  const cluster = await openCluster({
    databaseUrl,
    dataDir,
    vendors: { openai, anthropic, google },
    overrides: { callTimeoutMs: 8_000, orphanAfterMs: 11_000, uncertainSettleAfterMs: 1_500 },
    mutation: source,
  });
  const disturbances = openDisturbances(join(dataDir, "disturbances.jsonl"));
  try {
    if (routine) await breakRoutine(cluster.pool, routine);
    const known = await createCallers(cluster);
    await setCampaignBudgets(cluster, known, smallNanos);
    // On a busy machine a start may fail; a slot tries again.
    const slots = Array.from({ length: gateways }, (_, index) => new GatewaySlot(index + 1, cluster));
    await Promise.all(slots.map((slot) => slot.start()));
    sandbox.script(...vendorRules(options));
    const client = startOracleClient({
      seed,
      callers,
      logFile: join(dataDir, "client.jsonl"),
      credentials: known.credentials,
      gateways: () => slots.flatMap(({ gateway }) => gateway?.url ?? []),
      patienceMs: 30_000,
    });
    const run: BudgetSample[] = [];
    const random = createRandom(seed);
    let killed = 0;
    const replaced: Promise<void>[] = [];
    const sent = (): number => client.counts["sent"] ?? 0;
    const shown = (): boolean => sent() >= calls && killed >= kills && until.every((what) => client.counts[what]);
    for (const began = Date.now(); !shown() && Date.now() < began + patienceMs; await sleep(150)) {
      run.push(await sampleBudgets(cluster.pool));
      const [first, ...others] = slots.filter(({ gateway }) => gateway !== undefined);
      if (first === undefined || killed >= kills || sent() < ((killed + 1) * calls) / (kills + 1)) continue;
      const victim = random.pick([first, ...others]);
      await disturbances.during("kill", victim.gateway?.url ?? "", () => victim.kill());
      killed += 1;
      replaced.push(victim.start());
    }
    await Promise.all(replaced);
    await client.stop();
    await recovered(cluster.pool, kills > 0 ? 30_000 : 8_000);
    await disturbances.close();
    const seen = sandbox.requests();
    return {
      requests: seen.map((request) => ({ ...request, type: "request" })),
      answers: seen.flatMap(({ seq, answer }) => (answer ? [{ type: "answer" as const, seq, ...answer }] : [])),
      client: await readClientLog(join(dataDir, "client.jsonl")),
      sightings,
      disturbances: await readDisturbances(join(dataDir, "disturbances.jsonl")),
      run,
      ...(await readDatabase(cluster.pool, 10_000)),
    };
  } finally {
    await cluster.close();
    await sandbox.close();
  }
};

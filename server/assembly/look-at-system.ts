import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RevocationFeed } from "@topolo/auth-middleware";
import { countMeterEvents } from "../domain/billing/index.ts";
import { keyringState, type CredentialDeps } from "../domain/credentials/index.ts";
import { countUncertain } from "../domain/operations/index.ts";
import { queueDepth } from "../domain/queue/index.ts";
import type { OpenCircuit } from "../domain/routing/index.ts";
import {
  circuitFinding,
  circuitWords,
  countRetried,
  databaseFacts,
  databaseFindings,
  installationFacts,
  installationFindings,
  keyringFinding,
  migrationFinding,
  selectProcesses,
  selectTasks,
  selectUntoldDepth,
  type CircuitFacts,
  type SystemState,
} from "../domain/system/index.ts";
import { NexusError } from "../errors.ts";
import { answerWithin } from "../platform/db/answer-within.ts";
import { readMigrations, readRecords, stateOf } from "../platform/db/migration-history.ts";
import { projectRoot } from "../platform/own-files.ts";
import type { Readiness } from "../platform/readiness.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

interface LookAtSystem {
  readonly deps: CredentialDeps;
  readonly runtime: RuntimeState;
  readonly readiness: Readiness;
  /** Of this process's heartbeat. */
  readonly processId: string;
  /** Undefined where no answer of Auth is reused. */
  readonly revocations?: Pick<RevocationFeed, "isFresh" | "state"> | undefined;
}

/** The whole look; each statement is one that a scrape of the metrics makes as well, or as cheap. */
const limitMs = 4_000;
/** Those who ask within so long of each other share one look. */
const freshMs = 1_000;
const retriedOf = 10_000;

const snapshotNames = [
  ["prices", "Prices"],
  ["credentials", "Credentials"],
  ["preferences", "Routing preferences"],
  ["apps", "Apps"],
  ["serviceTokens", "Service tokens"],
  ["rateLimits", "Rate limits"],
  ["budgets", "Budgets"],
  ["spending", "Spending policies"],
] as const satisfies readonly (readonly [keyof RuntimeState, string])[];

const releaseOf = async (): Promise<string> => {
  const parsed: unknown = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
  const version: unknown = typeof parsed === "object" && parsed !== null && Reflect.get(parsed, "version");
  return typeof version === "string" ? version : "unknown";
};

/** What does not change while a process runs. */
const readOwnFiles = async () => {
  const [release, migrations] = await Promise.all([releaseOf(), readMigrations(join(projectRoot, "prisma", "nexus"))]);
  return { release, migrations };
};

const factsOf = ({ vendor, model, credentialId, reason, retryAfterMs }: OpenCircuit): CircuitFacts => ({
  vendor,
  model: model ?? "",
  credential: credentialId ?? "",
  reason,
  retrySeconds: Math.ceil(retryAfterMs / 1_000),
});

/** How this installation is, as one of its gateway processes sees it. It reads, and changes nothing. */
export const systemLook = ({
  deps,
  runtime,
  readiness,
  processId,
  revocations,
}: LookAtSystem): (() => Promise<SystemState>) => {
  const { pool } = deps.db;
  let files: ReturnType<typeof readOwnFiles> | undefined;

  const askMigrations = async () => {
    const client = await pool.connect();
    try {
      return await readRecords(client, "nexus");
    } finally {
      client.release();
    }
  };

  const look = async (): Promise<SystemState> => {
    const asked = deps.clock.now();
    const facts = await databaseFacts(pool);
    const offsetMs = facts.now - (asked + deps.clock.now()) / 2;
    files ??= readOwnFiles();
    const [{ release, migrations }, records, installation, keyring, { ready, checks }] = await Promise.all([
      files,
      askMigrations(),
      installationFacts(pool),
      keyringState(pool, deps.secretBox),
      readiness.look(),
    ]);
    const [processes, tasks, mail, retried, meters, untold, uncertain] = await Promise.all([
      selectProcesses(pool),
      selectTasks(pool),
      queueDepth(deps),
      countRetried(pool, retriedOf),
      countMeterEvents(pool),
      selectUntoldDepth(pool),
      countUncertain(deps),
    ]);
    const now = deps.clock.now();
    const atOf = (ageMs: number): string => new Date(now - ageMs).toISOString();
    const state = stateOf(migrations, records);
    const circuits = runtime.breaker.list();
    const feed = revocations?.state();
    return {
      at: new Date(now).toISOString(),
      versions: { release, node: process.version, postgres: facts.version },
      ready,
      checks: Object.entries(checks).map(([name, { ok, note }]) => ({ name, ok, note })),
      processes: processes.map(({ id, started_at: startedAt, heard_ms: heardMs }) => ({
        id,
        answered: id === processId,
        startedAt: startedAt.toISOString(),
        heardMs: Math.max(heardMs, 0),
      })),
      tasks: tasks.map(({ task, done_at: doneAt }) => ({ name: task, doneAt: doneAt.toISOString() })),
      queues: [
        {
          name: "Mail",
          waiting: mail.due,
          later: mail.scheduled,
          oldestSince: mail.oldestDueAt?.toISOString() ?? null,
          failed: retried,
        },
        {
          name: "Charges for meters",
          waiting: meters.waiting,
          later: 0,
          oldestSince: meters.oldest?.toISOString() ?? null,
          failed: meters.refused + meters.unclear,
        },
        {
          name: "Changes to tell Topolo Auth",
          waiting: untold.count,
          later: 0,
          oldestSince: untold.oldest?.toISOString() ?? null,
          failed: 0,
        },
      ],
      uncertain: uncertain.map(({ vendor, count, heldNanos }) => ({ vendor, count, heldNanos: String(heldNanos) })),
      circuits: circuits.map(({ scope, vendor, model, credentialId, reason, retryAfterMs, openForMs }) => ({
        state: retryAfterMs === 0 ? "half_open" : "open",
        scope,
        vendor,
        model: model ?? null,
        credentialId: credentialId ?? null,
        reason,
        words: circuitWords[reason] ?? reason,
        since: atOf(openForMs),
        retryAt: retryAfterMs === 0 ? null : atOf(-retryAfterMs),
      })),
      snapshots: snapshotNames.map(([key, name]) => ({
        name,
        loadedAt: atOf(performance.now() - runtime[key].loadedAt()),
      })),
      revocationFeed:
        revocations === undefined || feed === undefined
          ? null
          : {
              fresh: revocations.isFresh(),
              ageMs: Number.isFinite(feed.ageMs) ? Math.round(feed.ageMs) : null,
              interruptions: feed.interruptions,
            },
      migrations: {
        applied: records.filter(({ finished }) => finished).length,
        last: records.findLast(({ finished }) => finished)?.name ?? null,
        pending: [...state.pending],
      },
      findings: [
        ...databaseFindings(facts, offsetMs),
        migrationFinding("nexus", state),
        ...(installation === undefined ? [] : installationFindings(installation)),
        keyringFinding(keyring),
        ...circuits.map((circuit) => circuitFinding(factsOf(circuit))),
      ],
    };
  };

  let last: { readonly at: number; readonly state: Promise<SystemState> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= freshMs) last = { at: now, state: answerWithin(look(), limitMs) };
    return last.state.catch((error: unknown) => {
      throw NexusError.is(error)
        ? error
        : new NexusError("LEDGER_UNAVAILABLE", { message: "The database did not answer in time.", cause: error });
    });
  };
};

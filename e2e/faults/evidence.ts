import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { AnswerRecord, RequestRecord } from "../../sandbox/request-log.ts";
import type { Disturbance } from "./disturbances.ts";
import type { RunLine } from "./run-log.ts";

/** What the oracle client noted before it sent a request. */
export interface SentLine {
  readonly type: "sent";
  readonly call: string;
  readonly attempt: number;
  readonly key: string | null;
  /** Whether a valid credential went along. */
  readonly authenticated: boolean;
  readonly model: string;
  readonly stream: boolean;
  /** Whose credential went along: what the row must say. All null for a stranger. */
  readonly organizationId: string | null;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
  /** Address of the process it was sent to. */
  readonly gateway: string;
  /** The client means to leave before the end. */
  readonly leaves: boolean;
  readonly promptBytes: number;
  readonly maxOutputTokens: number;
  readonly at: string;
}

/** What came back: a success, or a typed error. */
export interface ReplyLine {
  readonly type: "reply";
  readonly call: string;
  readonly attempt: number;
  readonly status: number;
  readonly requestId: string | null;
  readonly operationId: string | null;
  readonly costNanoUsd: string | null;
  readonly code: string | null;
  readonly effect: string | null;
  readonly replayed: boolean;
  /** Digest of what was generated; null for errors. */
  readonly contentDigest: string | null;
  /** It could be read as what it claims to be, to its end. */
  readonly wellFormed: boolean;
  /** The beginning of a body that could not be read. */
  readonly body: string | null;
  readonly at: string;
}

/** The connection broke, or the client itself left. */
export interface BrokenLine {
  readonly type: "broken";
  readonly call: string;
  readonly attempt: number;
  readonly reason: string;
  readonly at: string;
}

export type ClientLine = SentLine | ReplyLine | BrokenLine;

/** Whether the operation could be seen in the database when its request reached the vendor; null: the database was away. */
export interface Sighting {
  readonly type: "sighting";
  readonly operationId: string;
  readonly visible: boolean | null;
}

/** Moments of the database are µs since the epoch: its transactions are closer together than a ms. */
export type Micros = bigint;

/** Whom an operation is counted for. */
export interface OperationAttribution {
  readonly orgId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
}

export interface JudgedOperation extends OperationAttribution {
  readonly operationId: string;
  readonly state: string;
  readonly source: string | null;
  readonly held: bigint;
  readonly cost: bigint | null;
  readonly vendor: string;
  readonly model: string;
  readonly levels: readonly bigint[];
  readonly requestId: string | null;
  /** Why nobody could tell what it cost; stays on the row however it ended. */
  readonly doubt: string | null;
  /** Who ended it in its process's place: `policy`, `operator`, `import`, `lookup`; null: its process, or nobody yet. */
  readonly resolvedBy: string | null;
  readonly createdAt: Micros;
  readonly processAlive: boolean;
}

export interface EntryRow {
  readonly operationId: string;
  readonly kind: string;
  readonly amount: bigint;
  readonly at: Micros;
}

/** A row that calls count against, with the rule it was made for; without one it is the organization's root. */
export interface BudgetRow {
  readonly id: bigint;
  readonly orgId: string;
  readonly hard: boolean;
  readonly lim: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
  readonly rolledOff: bigint;
  readonly scope: "organization" | "app" | "user" | "key" | null;
  readonly scopeId: string | null;
  readonly period: string | null;
  readonly rolling: boolean;
  /** Null: for ever. */
  readonly startsAt: Micros | null;
  readonly endsAt: Micros | null;
  /** When its rule was made, and when it was taken back, if it was. */
  readonly ruledFrom: Micros | null;
  readonly ruledTo: Micros | null;
}

/** An hour of somebody's calls to a model, as a rollup has it. */
export interface RollupRow extends OperationAttribution {
  readonly name: "usage_hour" | "usage_hour_app";
  readonly vendor: string;
  readonly model: string;
  readonly hour: Micros;
  readonly calls: bigint;
  readonly cost: bigint;
}

/** Everything the verdicts are made from. */
export interface RunEvidence {
  readonly requests: readonly RequestRecord[];
  readonly answers: readonly AnswerRecord[];
  readonly client: readonly ClientLine[];
  readonly sightings: readonly Sighting[];
  readonly disturbances: readonly Disturbance[];
  /** What the run noted about itself; empty where it noted nothing. */
  readonly run: readonly RunLine[];
  readonly operations: readonly JudgedOperation[];
  readonly entries: readonly EntryRow[];
  readonly budgets: readonly BudgetRow[];
  readonly rollups: readonly RollupRow[];
}

const micros = (moment: string): string =>
  `case when isfinite(${moment}) then (extract(epoch from ${moment}) * 1000000)::bigint end`;

const rollupOf = (table: string, userAndKey: string): string =>
  `select '${table}' "name", org_id "orgId", nullif(app_id, '') "appId", ${userAndKey}, vendor, model,
          ${micros("hour")} "hour", sum(calls)::bigint calls, sum(cost)::bigint cost from nexus.${table} group by 1, 2, 3, 4, 5, 6, 7, 8`;

/** What the database has to say. A process counts as alive while its heartbeat is no older than so many ms. */
export const readDatabase = async (
  pool: Pick<Pool, "query">,
  aliveMs: number,
): Promise<Pick<RunEvidence, "operations" | "entries" | "budgets" | "rollups">> => {
  const operations = await pool.query<Omit<JudgedOperation, "levels"> & { readonly levels: readonly string[] }>(
    `select o.operation_id "operationId", o.state, o.source, o.held, o.cost, o.vendor, o.model, o.levels, o.facts->>'requestId' "requestId",
            o.result->>'doubt' doubt, o.result->'resolution'->>'by' "resolvedBy", ${micros("o.created_at")} "createdAt",
            o.org_id "orgId", o.app_id "appId", o.user_id "userId", o.key_id "keyId",
            coalesce(h.renewed_at > clock_timestamp() - $1 * interval '1 millisecond', false) "processAlive"
       from nexus.operation o left join nexus.process_heartbeat h using (process_id)`,
    [aliveMs],
  );
  const entries = await pool.query<EntryRow>(
    `select operation_id "operationId", kind, amount, ${micros("at")} "at" from nexus.entry`,
  );
  const budgets = await pool.query<BudgetRow>(
    `select b.id, b.org_id "orgId", b.hard, b.lim, b.reserved, b.spent, b.overrun, b.rolled_off "rolledOff", r.scope,
            r.scope_id "scopeId", r.period, b.span is not null rolling, ${micros("b.starts_at")} "startsAt",
            ${micros("b.ends_at")} "endsAt", ${micros("r.created_at")} "ruledFrom",
            case when not r.active then ${micros("r.updated_at")} end "ruledTo"
       from nexus.budget b left join nexus.budget_rule r on r.id = b.rule_id`,
  );
  const rollups = await pool.query<RollupRow>(
    `${rollupOf("usage_hour", `nullif(user_id, '') "userId", nullif(key_id, '') "keyId"`)}
     union all ${rollupOf("usage_hour_app", `null::text "userId", null::text "keyId"`)}`,
  );
  return {
    // Arrays of int8 come as text.
    operations: operations.rows.map((row) => ({ ...row, levels: row.levels.map(BigInt) })),
    entries: entries.rows,
    budgets: budgets.rows,
    rollups: rollups.rows,
  };
};

/** The same as one moment, at which every entry is in the sums: doubts that policy ends meanwhile belong to neither. */
export const readDatabaseAtRest = async (pool: Pool, aliveMs: number): ReturnType<typeof readDatabase> => {
  const client = await pool.connect();
  try {
    for (let left = 20; ; left -= 1) {
      await client.query("begin isolation level repeatable read");
      const { rowCount } = await client.query("select from nexus.rollup_queue limit 1");
      if (rowCount === 0 || left === 0) return await readDatabase(client, aliveMs);
      await client.query("rollback");
      await sleep(500);
    }
  } finally {
    client.release(true);
  }
};

/** Lines of a log; a last one that a kill has cut is left out. */
export const readLines = async (file: string): Promise<unknown[]> => {
  const text = await readFile(file, "utf8");
  const lines = text.split("\n");
  lines.pop();
  return lines.filter((line) => line !== "").map((line): unknown => JSON.parse(line));
};

const typeOf = (line: unknown): unknown =>
  typeof line === "object" && line !== null && "type" in line ? line.type : undefined;

/** The logs are written by the same code base, which writes nothing else under these types. */
const ofType = <T>(lines: readonly unknown[], ...types: readonly string[]): T[] =>
  lines.filter((line) => types.some((type) => typeOf(line) === type)) as T[];

export const readVendorLog = async (file: string): Promise<Pick<RunEvidence, "requests" | "answers">> => {
  const lines = await readLines(file);
  return { requests: ofType<RequestRecord>(lines, "request"), answers: ofType<AnswerRecord>(lines, "answer") };
};

export const readClientLog = async (file: string): Promise<ClientLine[]> =>
  ofType<ClientLine>(await readLines(file), "sent", "reply", "broken");

export const readSightings = async (file: string): Promise<Sighting[]> =>
  ofType<Sighting>(await readLines(file), "sighting");

/** What was done to the run, as its own log says; see `disturbances.ts`. */
export const readDisturbances = async (file: string): Promise<Disturbance[]> =>
  ofType<Disturbance>(await readLines(file), "disturbance");

export const readRunLog = async (file: string): Promise<RunLine[]> =>
  ofType<RunLine>(await readLines(file), "fault", "not-run", "budgets");

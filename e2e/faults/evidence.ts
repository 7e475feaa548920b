import { readFile } from "node:fs/promises";
import type { Pool } from "pg";
import type { AnswerRecord, RequestRecord } from "../../sandbox/request-log.ts";
import type { Disturbance } from "./disturbances.ts";

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

/** Whether the intent could be seen in the database when its request reached the vendor; null: the database was away. */
export interface Sighting {
  readonly type: "sighting";
  readonly operationId: string;
  readonly visible: boolean | null;
}

export interface IntentRow {
  readonly iid: string;
  readonly state: string;
  readonly source: string | null;
  readonly held: bigint;
  readonly cost: bigint | null;
  readonly model: string;
  readonly levels: readonly bigint[];
  readonly requestId: string | null;
  readonly processAlive: boolean;
}

export interface EntryRow {
  readonly iid: string;
  readonly kind: string;
  readonly amount: bigint;
}

export interface BudgetRow {
  readonly id: bigint;
  readonly hard: boolean;
  readonly lim: bigint;
  readonly reserved: bigint;
  readonly spent: bigint;
  readonly overrun: bigint;
  readonly rolledOff: bigint;
}

export interface RollupRow {
  readonly name: string;
  readonly calls: bigint;
  readonly cost: bigint;
}

/** Everything the verdicts are made from. */
export interface Evidence {
  readonly requests: readonly RequestRecord[];
  readonly answers: readonly AnswerRecord[];
  readonly client: readonly ClientLine[];
  readonly sightings: readonly Sighting[];
  readonly disturbances: readonly Disturbance[];
  readonly intents: readonly IntentRow[];
  readonly entries: readonly EntryRow[];
  readonly budgets: readonly BudgetRow[];
  /** Sums of each hourly rollup. */
  readonly rollups: readonly RollupRow[];
}

/** What the database has to say. A process counts as alive while its heartbeat is no older than so many ms. */
export const readDatabase = async (
  pool: Pool,
  aliveMs: number,
): Promise<Pick<Evidence, "intents" | "entries" | "budgets" | "rollups">> => {
  const intents = await pool.query<IntentRow>(
    `select i.iid, i.state, i.source, i.held, i.cost, i.model, i.levels, i.facts->>'requestId' "requestId",
            coalesce(h.renewed_at > clock_timestamp() - $1 * interval '1 millisecond', false) "processAlive"
       from nexus.intent i left join nexus.process_heartbeat h using (process_id)`,
    [aliveMs],
  );
  const entries = await pool.query<EntryRow>("select iid, kind, amount from nexus.entry");
  const budgets = await pool.query<BudgetRow>(
    `select id, hard, lim, reserved, spent, overrun, rolled_off "rolledOff" from nexus.budget`,
  );
  const rollups = await pool.query<RollupRow>(
    `select 'usage_hour' "name", coalesce(sum(calls), 0)::bigint calls, coalesce(sum(cost), 0)::bigint cost from nexus.usage_hour
     union all select 'usage_hour_app', coalesce(sum(calls), 0)::bigint, coalesce(sum(cost), 0)::bigint from nexus.usage_hour_app`,
  );
  return { intents: intents.rows, entries: entries.rows, budgets: budgets.rows, rollups: rollups.rows };
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

export const readVendorLog = async (file: string): Promise<Pick<Evidence, "requests" | "answers">> => {
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

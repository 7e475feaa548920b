import { hash } from "node:crypto";
import type { AnswerRecord, RequestRecord } from "../../sandbox/request-log.ts";
import { publishedCost } from "../../test/published-prices.ts";
import type { Disturbance } from "./disturbances.ts";
import type { BudgetRow, ClientLine, EntryRow, RunEvidence, JudgedOperation, RollupRow, Sighting } from "./evidence.ts";
import type { BudgetSample } from "./run-log.ts";

// A small run as it should be, without processes: what the judge is examined with where nothing else may be slow.

/** What becomes of a call. */
type Fate = "answered" | "left" | "replayed" | "cut" | "killed" | "silent" | "rejected" | "refused" | "stranger";

const fates: readonly Fate[] = [
  "answered",
  "cut",
  "left",
  "replayed",
  "answered",
  "killed",
  "silent",
  "rejected",
  "answered",
  "refused",
  "stranger",
  "answered",
];

const orgId = "org_one";
const callers = [
  { appId: "srv_app", userId: null, keyId: "key_small" },
  { appId: null, userId: null, keyId: "key_large" },
  { appId: "srv_app", userId: "usr_one", keyId: "tok_service" },
  { appId: "srv_app", userId: "usr_two", keyId: "tok_service" },
  { appId: "srv_app", userId: null, keyId: "key_third" },
  { appId: "srv_other", userId: null, keyId: "key_fourth" },
] as const;

const model = "gpt-4o-mini";
const began = Date.parse("2026-11-28T12:00:00.000Z");
const hour = 3_600_000_000n;
const heldNanos = 300_000n;
const gateways = ["http://127.0.0.1:1001", "http://127.0.0.1:1002"] as const;

const micros = (ms: number): bigint => BigInt(ms) * 1_000n;
const iso = (ms: number): string => new Date(ms).toISOString();

const emptyBudget = {
  orgId,
  hard: true,
  reserved: 0n,
  spent: 0n,
  overrun: 0n,
  rolledOff: 0n,
  startsAt: null,
  endsAt: null,
  ruledFrom: micros(began - 60_000),
  ruledTo: null,
  rolling: false,
} as const;

const budgetRows: readonly BudgetRow[] = [
  { ...emptyBudget, id: 1n, hard: false, lim: 0n, scope: null, scopeId: null, period: null, ruledFrom: null },
  { ...emptyBudget, id: 2n, lim: 4_000_000_000n, scope: "organization", scopeId: null, period: "total" },
  {
    ...emptyBudget,
    id: 3n,
    lim: 3_000_000_000n,
    scope: "organization",
    scopeId: null,
    period: "hour",
    startsAt: micros(began),
    endsAt: micros(began) + hour,
  },
  { ...emptyBudget, id: 4n, lim: 2_000_000_000n, scope: "app", scopeId: "srv_app", period: "hour", rolling: true },
  { ...emptyBudget, id: 5n, lim: 8_000_000n, scope: "user", scopeId: "usr_one", period: "total" },
  { ...emptyBudget, id: 6n, lim: 900_000_000n, scope: "user", scopeId: "usr_two", period: "total" },
  { ...emptyBudget, id: 7n, lim: 8_000_000n, scope: "key", scopeId: "key_small", period: "total" },
  { ...emptyBudget, id: 8n, lim: 900_000_000n, scope: "key", scopeId: "key_large", period: "total" },
];

const budgetsOf = (who: (typeof callers)[number]): readonly bigint[] =>
  budgetRows
    .filter(
      ({ scope, scopeId }) =>
        scope === null || scope === "organization" || Object.values(who).includes(scopeId as never),
    )
    .map(({ id }) => id);

interface Books {
  readonly requests: RequestRecord[];
  readonly answers: AnswerRecord[];
  readonly client: ClientLine[];
  readonly sightings: Sighting[];
  readonly disturbances: Disturbance[];
  readonly operations: JudgedOperation[];
  readonly entries: EntryRow[];
}

/** One call from its first line to its last. */
const addCall = (books: Books, index: number, fate: Fate): void => {
  const who = callers[index % callers.length] ?? callers[0];
  const call = `call-${index}`;
  const at = began + index * 200;
  const gateway = gateways[index % 2] ?? gateways[0];
  const [stream, key] = [
    index % 2 === 0 || fate === "left",
    fate === "replayed" || fate === "killed" ? `key-${call}` : null,
  ];
  const operationId = `operation-${String(index).padStart(4, "0")}`;
  const contentDigest = hash("sha256", call).slice(0, 16);
  const send = (attempt: number, ms: number): void =>
    void books.client.push({
      type: "sent",
      call,
      attempt,
      key,
      authenticated: fate !== "stranger",
      model: `openai/${model}`,
      stream,
      organizationId: fate === "stranger" ? null : orgId,
      ...(fate === "stranger" ? { appId: null, userId: null, keyId: null } : who),
      gateway,
      leaves: fate === "left",
      promptBytes: 60,
      maxOutputTokens: 200,
      at: iso(ms),
    });
  const reply = (attempt: number, ms: number, told: Partial<Extract<ClientLine, { type: "reply" }>>): void =>
    void books.client.push({
      type: "reply",
      call,
      attempt,
      status: 200,
      requestId: `request-${index}-${attempt}`,
      operationId,
      costNanoUsd: null,
      code: null,
      effect: null,
      replayed: false,
      contentDigest: null,
      wellFormed: true,
      body: null,
      at: iso(ms),
      ...told,
    });
  const breakOff = (attempt: number, ms: number, reason: string): void =>
    void books.client.push({ type: "broken", call, attempt, reason, at: iso(ms) });

  send(1, at);
  if (fate === "stranger")
    return reply(1, at + 5, { status: 401, code: "UNAUTHENTICATED", effect: "none", operationId: null });
  if (fate === "refused")
    return reply(1, at + 5, { status: 402, code: "BUDGET_EXCEEDED", effect: "none", operationId: null });

  const billed = fate !== "rejected";
  const units = billed ? { input: 20 + index, output: 30 + index } : null;
  const bill = units ? publishedCost(model, units) : 0n;
  const lost = fate === "cut" || fate === "killed";
  const seq = index + 1;
  books.requests.push({
    type: "request",
    seq,
    at: iso(at + 20),
    vendor: "openai",
    method: "POST",
    path: "/chat/completions",
    model,
    stream,
    operationId,
    idempotencyKey: operationId,
    clientRequestId: operationId,
    keyDigest: "digest",
    bodyDigest: hash("sha256", `body of ${call}`),
    bodyBytes: 120,
    mark: call,
    repeatOf: null,
    faults: [],
    status: billed ? 200 : 400,
    billed,
    units,
    reported: fate === "silent" ? null : units,
  });
  books.sightings.push({ type: "sighting", operationId, visible: true });
  books.answers.push({
    type: "answer",
    seq,
    at: iso(at + 80),
    complete: !lost,
    bytesSent: 100,
    usageSent: !lost && fate !== "silent" && billed,
  });

  // Every other doubt is still open when the run is judged.
  const uncertain = lost && index % 24 < 12;
  const estimated = fate === "silent" || (lost && !uncertain);
  const state = fate === "rejected" ? "released" : uncertain ? "uncertain" : "settled";
  const cost =
    state === "uncertain" ? null : state === "released" ? 0n : lost ? heldNanos : fate === "silent" ? bill * 2n : bill;
  books.operations.push({
    operationId,
    orgId,
    ...who,
    state,
    source: state === "settled" ? (estimated ? "estimated" : fate === "left" ? "drained" : "provider") : "none",
    held: heldNanos,
    cost,
    vendor: "openai",
    model,
    levels: budgetsOf(who),
    requestId: `request-${index}-1`,
    doubt: fate === "cut" ? "cut" : fate === "killed" ? "process_lost" : null,
    resolvedBy: lost && !uncertain ? "policy" : null,
    createdAt: micros(at + 10),
    processAlive: fate !== "killed" && fate !== "replayed",
  });
  if (cost !== null)
    books.entries.push({
      operationId,
      kind: state === "released" ? "release" : "cost",
      amount: cost,
      at: micros(at + 100),
    });

  switch (fate) {
    case "answered":
    case "silent":
      return reply(1, at + 110, { costNanoUsd: String(cost), contentDigest });
    case "left":
      return breakOff(1, at + 50, "left");
    case "rejected":
      return reply(1, at + 110, { status: 422, code: "PROVIDER_REJECTED", effect: "none" });
    case "cut":
      return reply(1, at + 110, { status: 504, code: "OUTCOME_UNKNOWN", effect: "unknown" });
    case "replayed":
    case "killed":
      books.disturbances.push({
        type: "disturbance",
        kind: "kill",
        target: gateway,
        from: iso(at + 101),
        to: iso(at + 103),
      });
      breakOff(1, at + 105, "UND_ERR_SOCKET");
      send(2, at + 120);
      if (fate === "replayed") return reply(2, at + 130, { costNanoUsd: String(cost), contentDigest, replayed: true });
      return reply(2, at + 130, { status: 504, code: "OUTCOME_UNKNOWN", effect: "unknown" });
  }
};

const rollupsOf = (operations: readonly JudgedOperation[], entries: readonly EntryRow[]): RollupRow[] =>
  entries.flatMap((entry) =>
    operations
      .filter(({ operationId }) => operationId === entry.operationId)
      .flatMap(({ appId, userId, keyId, vendor, createdAt }): RollupRow[] => {
        const sums = {
          orgId,
          appId,
          vendor,
          model,
          hour: createdAt - (createdAt % hour),
          calls: 1n,
          cost: entry.amount,
        };
        return [
          { name: "usage_hour", ...sums, userId, keyId },
          { name: "usage_hour_app", ...sums, userId: null, keyId: null },
        ];
      }),
  );

const countersOf = (operations: readonly JudgedOperation[], upTo: bigint): BudgetRow[] =>
  budgetRows.map((budget) => {
    const members = operations.filter(({ levels, createdAt }) => levels.includes(budget.id) && createdAt <= upTo);
    const sum = (of: readonly JudgedOperation[], amountOf: (row: JudgedOperation) => bigint): bigint =>
      of.reduce((all, row) => all + amountOf(row), 0n);
    return {
      ...budget,
      reserved: sum(
        members.filter(({ state }) => state === "uncertain"),
        ({ held }) => held,
      ),
      spent: sum(members, ({ cost }) => cost ?? 0n),
    };
  });

/** The budgets as somebody would have read them in the middle of the run. */
const sampleOf = (operations: readonly JudgedOperation[]): BudgetSample => {
  const middle = operations[Math.floor(operations.length / 2)]?.createdAt ?? 0n;
  return {
    type: "budgets",
    at: iso(Number(middle / 1_000n)),
    budgets: countersOf(operations, middle).map(({ id, hard, lim, reserved, spent, overrun, rolledOff }) => ({
      id: String(id),
      hard,
      lim: String(lim),
      reserved: String(reserved),
      spent: String(spent),
      overrun: String(overrun),
      rolledOff: String(rolledOff),
    })),
  };
};

/** So many calls, of every kind in turn. */
export const syntheticEvidence = (calls = 132): RunEvidence => {
  const books: Books = {
    requests: [],
    answers: [],
    client: [],
    sightings: [],
    disturbances: [],
    operations: [],
    entries: [],
  };
  // Twelve fates and six callers: the step of five lets every caller meet every fate.
  for (let index = 0; index < calls; index += 1)
    addCall(books, index, fates[(index * 5 + Math.floor(index / 12)) % fates.length] ?? "answered");
  const { operations, entries } = books;
  return {
    ...books,
    run: [sampleOf(operations)],
    budgets: countersOf(operations, operations.at(-1)?.createdAt ?? 0n),
    rollups: rollupsOf(operations, entries),
  };
};

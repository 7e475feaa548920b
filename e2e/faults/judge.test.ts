import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { setBudgetAsOperator } from "../../server/domain/budgets/index.ts";
import { call } from "../../server/gateway/call.ts";
import { generateTextRequest } from "../../server/gateway/requests/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { readDatabase, type ClientLine, type Evidence } from "./evidence.ts";
import { judge } from "./judge.ts";

// The checker must find what is wrong: a sound run is taken, and one fact of it is falsified at a time.

let test: TestGateway;
let sound: Evidence;

const evidenceNow = async (
  base: Pick<Evidence, "requests" | "answers" | "client" | "sightings" | "disturbances">,
): Promise<Evidence> => ({
  ...base,
  ...(await readDatabase(test.ground.db.pool, 60_000)),
});

beforeAll(async () => {
  test = await openTestGateway();
  const ctx = test.context();
  const { organizationId } = ctx;
  await setBudgetAsOperator(
    test.ground,
    { organizationId, origin: "test" },
    { scope: "organization", period: "total", limitNanos: "900000000" },
  );
  await test.refresh();
  const client: ClientLine[] = [];
  for (const [index, model] of [
    "openai/gpt-4o-mini",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-2.5-flash",
    "openai/gpt-4o-mini",
  ].entries()) {
    const at = new Date().toISOString();
    const requestId = `request-${index}`;
    client.push({ ...blankSent, call: `c${index}`, model, at });
    if (index === 3) test.sandbox.script({ faults: [{ name: "bad-request" }] });
    const reply = await call(
      test.gateway,
      generateTextRequest({ model, prompt: `Call ${index}.`, maxOutputTokens: 50 }),
      { ...ctx, requestId },
    ).catch(() => undefined);
    client.push({
      type: "reply",
      call: `c${index}`,
      attempt: 1,
      status: reply ? 200 : 422,
      requestId,
      operationId: reply?.facts.operationId ?? null,
      costNanoUsd: reply?.facts.costNanoUsd ?? null,
      code: reply ? null : "PROVIDER_REJECTED",
      effect: reply ? null : "none",
      replayed: false,
      contentDigest: reply ? hash("sha256", reply.result.text) : null,
      wellFormed: true,
      body: null,
      at,
    });
  }
  client.push(
    { ...blankSent, call: "stranger", authenticated: false },
    { ...blankReply, call: "stranger", status: 401, code: "UNAUTHENTICATED", effect: "none" },
  );
  // Open transactions of other suites' databases hold the horizon back for a while; nothing is folded beyond it.
  const foldedAll = async (): Promise<boolean | undefined> => {
    await test.ground.db.pool.query("select nexus.nexus_fold_usage(100)");
    const { rows } = await test.ground.db.pool.query<{ all: boolean }>(
      `select (select coalesce(sum(calls), 0) from nexus.usage_hour) = (select count(*) from nexus.entry) as all`,
    );
    return rows[0]?.all;
  };
  await vi.waitFor(async () => expect(await foldedAll()).toBe(true), { timeout: 30_000 });
  const seen = test.sandbox.requests();
  sound = await evidenceNow({
    requests: seen.map((request) => ({ ...request, type: "request" })),
    answers: seen.flatMap(({ seq, answer }) => (answer ? [{ type: "answer" as const, seq, ...answer }] : [])),
    sightings: seen.map(({ operationId }) => ({ type: "sighting", operationId: operationId ?? "", visible: true })),
    client,
    disturbances: [],
  });
});
afterAll(() => test.close());

const blankReply: Extract<ClientLine, { type: "reply" }> = {
  type: "reply",
  call: "",
  attempt: 1,
  status: 200,
  requestId: null,
  operationId: null,
  costNanoUsd: null,
  code: null,
  effect: null,
  replayed: false,
  contentDigest: null,
  wellFormed: true,
  body: null,
  at: "",
};

const blankSent: Extract<ClientLine, { type: "sent" }> = {
  type: "sent",
  call: "",
  attempt: 1,
  key: null,
  authenticated: true,
  model: "openai/gpt-4o-mini",
  stream: false,
  organizationId: "org_topolo",
  appId: null,
  userId: null,
  keyId: null,
  gateway: "",
  leaves: false,
  promptBytes: 10,
  maxOutputTokens: 50,
  at: "",
};

const failed = (evidence: Evidence): string[] =>
  judge(evidence).verdicts.flatMap(({ invariant, passed }) => (passed ? [] : [invariant]));

const firstOf = <T>(list: readonly T[]): T => {
  const [first] = list;
  if (first === undefined) throw new Error("nothing there");
  return first;
};

const settled = () => firstOf(sound.intents.filter(({ state }) => state === "settled"));
const reply = () => firstOf(sound.client.filter((line) => line.type === "reply" && line.status === 200));

it("passes a sound run, having looked at something for every invariant", () => {
  const judgement = judge(sound);
  expect(judgement.verdicts.filter(({ passed }) => !passed)).toEqual([]);
  for (const { checked } of judgement.verdicts) expect(checked).toBeGreaterThan(0);
  expect(judgement.summary).toMatchObject({
    vendorRequests: 4,
    billed: 3,
    missing: 0,
    doubled: 0,
    wrongCost: 0,
    overBudget: 0,
    late: 0,
    settled: 3,
    released: 1,
    acknowledged: 3,
  });
});

describe("falsified evidence", () => {
  it.each<readonly [string, () => Partial<Evidence>, readonly string[]]>([
    [
      "a row that is not there",
      () => ({ intents: sound.intents.filter((row) => row !== settled()) }),
      ["I-1", "I-4", "I-6"],
    ],
    [
      "an intent that came after its effect",
      () => ({ sightings: [{ type: "sighting", operationId: "x", visible: false }] }),
      ["I-1"],
    ],
    [
      "a hold that never ended",
      () => ({ intents: sound.intents.map((row) => (row === settled() ? { ...row, state: "open" } : row)) }),
      ["I-2", "I-4"],
    ],
    [
      "a cost after a release",
      () => ({ intents: sound.intents.map((row) => (row.state === "released" ? { ...row, state: "late" } : row)) }),
      ["I-2"],
    ],
    [
      "a release of what the vendor bills",
      () => ({ intents: sound.intents.map((row) => (row === settled() ? { ...row, state: "released" } : row)) }),
      ["I-2", "I-4"],
    ],
    [
      "an estimate without a reason",
      () => ({ intents: sound.intents.map((row) => (row === settled() ? { ...row, source: "estimated" } : row)) }),
      ["I-2"],
    ],
    [
      "a limit exceeded",
      () => ({ budgets: sound.budgets.map((row) => ({ ...row, hard: true, lim: row.spent - 1n })) }),
      ["I-3"],
    ],
    [
      "another cost",
      () => ({
        intents: sound.intents.map((row) => (row === settled() ? { ...row, cost: (row.cost ?? 0n) + 1n } : row)),
      }),
      ["I-4", "I-6", "I-10"],
    ],
    ["a second effect of one call", () => ({ requests: [...sound.requests, firstOf(sound.requests)] }), ["I-4", "I-5"]],
    ["a second booking", () => ({ entries: [...sound.entries, firstOf(sound.entries)] }), ["I-5", "I-10"]],
    [
      "a second answer to one call",
      () => ({ client: [...sound.client, { ...blankReply, ...reply(), contentDigest: "other" }] }),
      ["I-5"],
    ],
    [
      "an acknowledged call nobody knows",
      () => ({ client: [...sound.client, { ...blankReply, call: "lost", operationId: "nobody", costNanoUsd: "1" }] }),
      ["I-6"],
    ],
    [
      "a success for a stranger",
      () => ({
        client: sound.client.map((line) =>
          line.type === "reply" && line.call === "stranger" ? { ...line, ...blankReply, call: "stranger" } : line,
        ),
      }),
      ["I-8"],
    ],
    [
      "an effect that was denied",
      () => ({
        client: [...sound.client, { ...blankReply, ...reply(), status: 503, code: "OVERLOADED", effect: "none" }],
      }),
      ["I-9"],
    ],
    [
      "an error without a type",
      () => ({ client: [...sound.client, { ...blankReply, status: 500, wellFormed: false }] }),
      ["I-9"],
    ],
    [
      "a rollup that forgot a call",
      () => ({ rollups: sound.rollups.map((row) => ({ ...row, calls: row.calls - 1n })) }),
      ["I-10"],
    ],
  ])("%s", (_name, falsify, invariants) => {
    expect(failed({ ...sound, ...falsify() })).toEqual(expect.arrayContaining([...invariants]));
  });
});

describe("a falsified database", () => {
  const falsified = async (...statements: readonly string[]): Promise<string[]> => {
    const { pool } = test.ground.db;
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      for (const statement of statements) await client.query(statement);
      // The checker's reader, inside the transaction that is rolled back.
      return failed({ ...sound, ...(await readDatabase(asPool(client), 60_000)) });
    } finally {
      await client.query("rollback");
      client.release();
    }
  };
  const victim = "(select iid from nexus.intent where state = 'settled' order by iid limit 1)";

  it("stays sound when nothing is falsified", async () => {
    expect(await falsified()).toEqual([]);
  });
  it("a dropped row", async () => {
    expect(await falsified(`delete from nexus.intent where iid = ${victim}`)).toEqual(
      expect.arrayContaining(["I-1", "I-4", "I-6", "I-10"]),
    );
  });
  it("a doubled entry", async () => {
    expect(
      await falsified(
        `insert into nexus.entry (iid, kind, n, org_id, amount) select iid, kind, n + 1, org_id, amount from nexus.entry where iid = ${victim}`,
      ),
    ).toEqual(expect.arrayContaining(["I-5", "I-10"]));
  });
  it("a changed cost", async () => {
    expect(await falsified(`update nexus.intent set cost = cost + 1 where iid = ${victim}`)).toEqual(
      expect.arrayContaining(["I-4", "I-6", "I-10"]),
    );
  });
  it("an exceeded limit", async () => {
    expect(await falsified("update nexus.budget set lim = spent - 1 where hard")).toContain("I-3");
  });
});

/** `readDatabase` asks only for `query`, which a client of the pool has too. */
const asPool = (client: { readonly query: unknown }) => client as unknown as Parameters<typeof readDatabase>[0];

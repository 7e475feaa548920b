import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { call } from "../../server/gateway/call.ts";
import { generateTextRequest } from "../../server/families/ai/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { readDatabase, type ClientLine, type RunEvidence } from "./evidence.ts";
import { judge } from "./judge.ts";
import { leastDemand, type Demand } from "./verdicts/enough.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";
import { eventually } from "../../test/eventually.ts";

// What the judge reads out of a real database, and what it says when that database is falsified.

let test: TestGateway;
let sound: RunEvidence;

/** Four calls by one caller through the gateway's own doors: no kill, no doubt. */
const demand: Demand = {
  ...leastDemand,
  calls: 4,
  billed: 3,
  streams: 0,
  callers: 1,
  repeats: 0,
  replays: 0,
  refusals: 0,
  left: 0,
  kills: 0,
  exact: 3,
  estimated: 0,
  doubted: 0,
};

const evidenceNow = async (
  base: Pick<RunEvidence, "requests" | "answers" | "client" | "sightings" | "disturbances" | "run">,
): Promise<RunEvidence> => ({
  ...base,
  ...(await readDatabase(test.deps.db.pool, 60_000)),
});

beforeAll(async () => {
  test = await openTestGateway();
  const ctx = { ...test.context(), keyId: "key_of_the_test" };
  const { organizationId } = ctx;
  await setBudget(
    test.deps,
    { ...operatorNamed("test"), organizationId },
    { scope: "organization", period: "total", limitNanos: "900000000" },
  );
  await test.refresh();
  const client: ClientLine[] = [];
  const caller = {
    organizationId,
    appId: ctx.appId ?? null,
    userId: ctx.userId ?? null,
    keyId: ctx.keyId,
  };
  for (const [index, model] of [
    "openai/gpt-4o-mini",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-2.5-flash",
    "openai/gpt-4o-mini",
  ].entries()) {
    const at = new Date().toISOString();
    const requestId = `request-${index}`;
    client.push({ ...blankSent, ...caller, call: `c${index}`, model, at });
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
    { ...blankSent, call: "stranger", authenticated: false, ...nobody },
    { ...blankReply, call: "stranger", status: 401, code: "UNAUTHENTICATED", effect: "none" },
  );
  // The rollup takes a limited number of entries at a time.
  const allRolledUp = async (): Promise<boolean | undefined> => {
    await test.deps.db.pool.query("select nexus.nexus_roll_up_usage(100)");
    const { rows } = await test.deps.db.pool.query<{ all: boolean }>(
      `select (select coalesce(sum(calls), 0) from nexus.usage_hour) = (select count(*) from nexus.entry) as all`,
    );
    return rows[0]?.all;
  };
  await eventually(async () => expect(await allRolledUp()).toBe(true), { timeout: 30_000 });
  const seen = test.sandbox.requests();
  sound = await evidenceNow({
    requests: seen.map((request) => ({ ...request, type: "request" })),
    answers: seen.flatMap(({ seq, answer }) => (answer ? [{ type: "answer" as const, seq, ...answer }] : [])),
    sightings: seen.map(({ operationId }) => ({ type: "sighting", operationId: operationId ?? "", visible: true })),
    client,
    disturbances: [],
    run: [],
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
  at: new Date(0).toISOString(),
};

const nobody = { organizationId: null, appId: null, userId: null, keyId: null } as const;

const blankSent: Extract<ClientLine, { type: "sent" }> = {
  type: "sent",
  call: "",
  attempt: 1,
  key: null,
  authenticated: true,
  model: "openai/gpt-4o-mini",
  stream: false,
  ...nobody,
  gateway: "",
  leaves: false,
  promptBytes: 10,
  maxOutputTokens: 50,
  at: new Date(0).toISOString(),
};

const failed = (evidence: RunEvidence): string[] =>
  judge(evidence, demand).verdicts.flatMap(({ invariant, passed }) => (passed ? [] : [invariant]));

it("passes a sound run, having looked at something for every invariant", () => {
  const judgement = judge(sound, demand);
  expect(judgement.verdicts.filter(({ passed }) => !passed)).toEqual([]);
  // Nothing is estimated here; plants.test.ts examines that.
  for (const { invariant, checked } of judgement.verdicts)
    if (invariant !== "estimates") expect(checked, invariant).toBeGreaterThan(0);
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

describe("a falsified database", () => {
  const falsified = async (...statements: readonly string[]): Promise<string[]> => {
    const { pool } = test.deps.db;
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("set local session_replication_role = replica");
      for (const statement of statements) await client.query(statement);
      // The checker's reader, inside the transaction that is rolled back.
      return failed({ ...sound, ...(await readDatabase(client, 60_000)) });
    } finally {
      await client.query("rollback");
      client.release();
    }
  };
  const victim = "(select operation_id from nexus.operation where state = 'settled' order by operation_id limit 1)";

  it("stays sound when nothing is falsified", async () => {
    expect(await falsified()).toEqual([]);
  });
  it("a dropped row", async () => {
    expect(await falsified(`delete from nexus.operation where operation_id = ${victim}`)).toEqual(
      expect.arrayContaining(["I-1", "I-4", "I-6", "I-10"]),
    );
  });
  it("a doubled entry", async () => {
    expect(
      await falsified(
        `insert into nexus.entry (operation_id, kind, n, org_id, amount) select operation_id, kind, n + 1, org_id, amount from nexus.entry where operation_id = ${victim}`,
      ),
    ).toEqual(expect.arrayContaining(["I-5", "I-10"]));
  });
  it("a changed cost", async () => {
    expect(await falsified(`update nexus.operation set cost = cost + 1 where operation_id = ${victim}`)).toEqual(
      expect.arrayContaining(["I-4", "I-10"]),
    );
  });
  it("a row that names another key", async () => {
    expect(await falsified(`update nexus.operation set key_id = 'key_other' where operation_id = ${victim}`)).toEqual(
      expect.arrayContaining(["attribution", "I-10"]),
    );
  });
  it("a row that names no user", async () => {
    expect(await falsified(`update nexus.operation set user_id = null where operation_id = ${victim}`)).toContain(
      "attribution",
    );
  });
  it("a level left out", async () => {
    expect(
      await falsified(
        `update nexus.operation set levels = levels[1:1] where operation_id = ${victim} and cardinality(levels) > 1`,
      ),
    ).toContain("attribution");
  });
  it("a hundredfold overrun", async () => {
    expect(
      await falsified(
        `insert into nexus.entry (operation_id, kind, org_id, amount) select operation_id, 'overrun', org_id, 90000000000 from nexus.operation where operation_id = ${victim}`,
        `update nexus.operation set cost = cost + 90000000000, overrun = 90000000000 where operation_id = ${victim}`,
        `update nexus.budget set overrun = overrun + 90000000000 where id = any (select unnest(levels) from nexus.operation where operation_id = ${victim})`,
      ),
    ).toContain("I-3");
  });
  it("an exceeded limit", async () => {
    expect(await falsified("update nexus.budget set lim = spent - 1 where hard")).toContain("I-3");
  });
});

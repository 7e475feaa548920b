import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { testContext } from "../../test/deps.ts";
import { getSystem, SystemState } from "../domain/system/index.ts";
import { openDatabase } from "../platform/db/database.ts";
import { silentLogger } from "../platform/logger.ts";
import { createReadiness } from "../platform/readiness.ts";
import { systemLook } from "./look-at-system.ts";

let gateway: TestGateway;
/** Of a process that has not looked yet. */
let newLook: () => () => Promise<SystemState>;

beforeAll(async () => {
  gateway = await openTestGateway();
  const { deps, runtime } = gateway;
  const readiness = createReadiness(
    [
      { name: "fine", check: async () => "answers" },
      { name: "broken", check: () => Promise.reject(new Error("a secret reason")) },
    ],
    deps.clock,
  );
  newLook = () => systemLook({ deps, runtime, readiness, processId: gateway.gateway.ledger.processId });
});
afterAll(() => gateway.close());

test("says what runs, what waits, what is in memory and what doctor says of it, and nothing secret", async () => {
  const state = SystemState.parse(await newLook()());
  expect(state.checks).toEqual([
    { name: "fine", ok: true, note: "answers" },
    { name: "broken", ok: false, note: "not available" },
  ]);
  expect(state.ready).toBe(false);
  expect(state.versions.node).toBe(process.version);
  expect(state.versions.postgres).toMatch(/^1[6-9]\./);
  expect(state.migrations.applied).toBeGreaterThan(5);
  expect(state.migrations.pending).toEqual([]);
  expect(state.queues.map(({ name, waiting, failed }) => [name, waiting, failed])).toEqual([
    ["Mail", 0, 0],
    ["Charges for meters", 0, 0],
    ["Changes to tell Topolo Auth", 0, 0],
  ]);
  expect(state.snapshots).toHaveLength(8);
  for (const { loadedAt } of state.snapshots) expect(Date.parse(state.at) - Date.parse(loadedAt)).toBeLessThan(120_000);
  expect(state.processes.filter(({ answered }) => answered)).toHaveLength(1);
  expect(state.findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["durability", "clock", "migrations nexus", "spending", "partitions", "encryption keys"]),
  );
  expect(JSON.stringify(state)).not.toMatch(/secret reason|postgres(ql)?:\/\/|127\.0\.0\.1/);
});

test("a gateway's role may read all of it", async () => {
  const { deps, runtime } = gateway;
  const url = new URL(gateway.deps.url);
  url.searchParams.set("options", "-c role=nexus_app");
  const db = openDatabase({ connectionString: url.href, log: silentLogger, maxConnections: 2 });
  try {
    const { rows } = await db.pool.query<{ role: string }>("select current_user as role");
    expect(rows).toEqual([{ role: "nexus_app" }]);
    const readiness = createReadiness([], deps.clock);
    const processId = gateway.gateway.ledger.processId;
    const { findings, migrations } = await systemLook({ deps: { ...deps, db }, runtime, readiness, processId })();
    expect(migrations.applied).toBeGreaterThan(5);
    expect(findings.filter(({ state }) => state === "bad")).toEqual([]);
  } finally {
    await db.close();
  }
});

test("a circuit is told with its reason, since when it is open and when it is tried again", async () => {
  const { runtime, deps } = gateway;
  const target = {
    vendor: "openai",
    model: "gpt-4o-mini",
    organizationId: "org_a",
    credential: { id: "pcred_1", version: 1, baseUrl: "https://api.openai.com" },
  };
  runtime.breaker.report(target, {
    kind: "refused",
    scope: "credential",
    reason: "credential",
  });
  const { circuits, findings, at } = await newLook()();
  expect(circuits).toMatchObject([
    {
      state: "open",
      scope: "credential",
      vendor: "openai",
      model: null,
      credentialId: "pcred_1",
      words: "key refused",
    },
  ]);
  const openMs = Date.parse(at) - Date.parse(circuits[0]?.since ?? "");
  expect(openMs).toBeGreaterThanOrEqual(0);
  expect(openMs).toBeLessThan(60_000);
  expect(Date.parse(circuits[0]?.retryAt ?? "")).toBeGreaterThan(deps.clock.now());
  expect(findings.find(({ name }) => name === "circuit openai")).toMatchObject({ state: "bad" });
});

test("those who ask together share a look, and only platform administrators are told", async () => {
  const look = newLook();
  expect(await Promise.all([look(), look()])).toSatisfy(([one, other]) => one === other);
  const { actor } = testContext();
  const administrator = testContext({ actor: { ...actor, kind: "user", platformBypass: true } as typeof actor });
  expect(await getSystem(look, administrator, {})).toHaveProperty("versions");
  await expect(getSystem(look, testContext(), {})).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  const service = testContext({ actor: { kind: "service", tokenId: "nst_1", userId: undefined } });
  await expect(getSystem(look, service, {})).rejects.toMatchObject({ code: "SCOPE_DENIED" });
});

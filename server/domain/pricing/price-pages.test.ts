import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type Ledger } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { levelsFor, loadBudgetLevels } from "../budgets/index.ts";
import { providers } from "../../providers/index.ts";
import {
  listPriceChanges,
  listPrices,
  ListPricesInput,
  listUnpriced,
  previewPrice,
  priceHistory,
  setPrice,
  type PriceDeps,
} from "./index.ts";

let deps: TestDeps & PriceDeps;
let ledger: Ledger;
beforeAll(async () => {
  deps = { ...(await openTestDeps()), vendors: providers };
  ledger = await openLedger({
    connectionString: deps.url,
    processId: newId(),
    clock: systemClock,
    log,
    requireDurability: true,
  });
});
afterAll(async () => {
  await ledger.close();
  await deps.close();
});

const platform = (organizationId?: string): CallContext => {
  const ctx = testContext(organizationId === undefined ? {} : { organizationId });
  const userId = ctx.userId ?? "";
  return {
    ...ctx,
    actor: { kind: "user", userId, sessionId: "ses_1", role: "platform_super_admin", platformBypass: true },
  };
};

const later = (ms: number): string => new Date(Date.now() + ms).toISOString();

test("a model's history has what it cost, costs and will cost, for the organization that asks alone", async () => {
  const [mine, other] = [testContext(), testContext()];
  const model = { vendor: "openai", model: "gpt-4o-mini" };
  const ask = { ...model, organizationId: mine.organizationId };
  await setPrice(deps, platform(), { ...ask, prices: { input: "70000000" } });
  await setPrice(deps, platform(), { ...ask, prices: { input: "80000000" }, effectiveFrom: later(86_400_000) });
  const inputOf = ({ prices }: { prices: { unitClass: string; nanosPerMillion: string | null }[] }) =>
    prices.find(({ unitClass }) => unitClass === "input")?.nanosPerMillion;
  const { versions } = await priceHistory(deps, mine, model);
  expect(versions.map((one) => [inputOf(one), one.present])).toEqual([
    ["80000000", false],
    ["70000000", true],
    ["150000000", false],
  ]);
  expect(versions[2]).toMatchObject({ from: null, until: versions[1]?.from });
  expect(versions[2]?.prices[0]?.release).toMatch(/^genai-prices@/);
  const others = await priceHistory(deps, other, model);
  expect(others.versions.map((one) => [inputOf(one), one.present])).toEqual([["150000000", true]]);
  expect((await priceHistory(deps, mine, { vendor: "openai", model: "no-such" })).versions).toEqual([]);
  await expect(priceHistory(deps, mine, { vendor: "opnai", model: "gpt-4o" })).rejects.toMatchObject({
    issues: [{ field: "vendor" }],
  });
});

test("the book's versions are what it comes with, and each step on top of it, by who may see it", async () => {
  const mine = testContext();
  const model = { vendor: "openai", model: "gpt-4o", organizationId: mine.organizationId };
  await setPrice(deps, platform(), { ...model, prices: { input: "1" } });
  await setPrice(deps, platform(), { ...model, prices: { input: null } });
  await setPrice(deps, platform(), { ...model, prices: { input: "3" }, effectiveFrom: later(60_000) });
  const { releases, changes } = await listPriceChanges(deps, mine);
  expect(releases).toEqual(expect.arrayContaining([expect.stringMatching(/^genai-prices@/)]));
  expect(changes.map(({ state }) => state)).toEqual(["coming", "replaced", "replaced"]);
  const first = await listPriceChanges(deps, mine, { limit: 2 });
  const rest = await listPriceChanges(deps, mine, { limit: 2, after: first.next ?? undefined });
  expect([...first.changes, ...rest.changes]).toEqual(changes);
  expect((await listPriceChanges(deps, testContext())).changes.map((one) => one.organizationId)).not.toContain(
    mine.organizationId,
  );
  expect((await listPriceChanges(deps, platform())).changes.map((one) => one.organizationId)).toContain(
    mine.organizationId,
  );
});

test("a preview says what setting would change, writes nothing, and is refused as setting is", async () => {
  const mine = testContext();
  const input = { vendor: "openai", model: "gpt-4.1", organizationId: mine.organizationId, prices: { output: "5" } };
  const before = await listPrices(deps, mine, ListPricesInput.parse({ vendor: "openai", model: "gpt-4.1" }));
  const { changes, callsOfMonth } = await previewPrice(deps, platform(), input);
  expect(changes).toEqual([
    { unitClass: "output", before: "8000000000", after: "5" },
    { unitClass: "reasoning", before: "8000000000", after: "5" },
  ]);
  expect(callsOfMonth).toBe(0);
  expect(await listPrices(deps, mine, ListPricesInput.parse({ vendor: "openai", model: "gpt-4.1" }))).toEqual(before);
  await expect(previewPrice(deps, mine, input)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  await setPrice(deps, platform(), input);
  expect((await previewPrice(deps, platform(), { ...input, prices: { output: null } })).changes).toEqual([
    { unitClass: "output", before: "5", after: "8000000000" },
    { unitClass: "reasoning", before: "5", after: "8000000000" },
  ]);
});

test("models are found by the words of their names", async () => {
  const found = await listPrices(deps, testContext(), ListPricesInput.parse({ search: "OpenAI 4o-mini" }));
  const models = [...new Set(found.prices.map(({ vendor, model }) => `${vendor}/${model}`))];
  expect(models).toContain("openai/gpt-4o-mini");
  for (const name of models) expect(name).toMatch(/openai.*4o-mini/i);
  expect((await listPrices(deps, testContext(), ListPricesInput.parse({ search: "no-such" }))).prices).toEqual([]);
});

test("models stand before what mail and payments cost, also across pages, and nothing is listed twice", async () => {
  const names: string[] = [];
  let after: string | null = null;
  do {
    const input = { search: "a", limit: 200, ...(after === null ? {} : { after }) };
    const page = await listPrices(deps, testContext(), ListPricesInput.parse(input));
    names.push(...new Set(page.prices.map(({ vendor, model }) => `${vendor}/${model}`)));
    after = page.next;
  } while (after !== null);
  expect(names.length).toBeGreaterThan(200);
  expect(new Set(names).size).toBe(names.length);
  const families = names.map((name) => providers.get(name.split("/")[0] ?? "")?.family ?? "unknown");
  expect(families).toEqual(families.toSorted((a, b) => a.localeCompare(b)));
  expect(families).toContain("payments");
});

test("what calls used without a price is counted by model and class, and told apart once it has one", async () => {
  const mine = testContext();
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [mine.organizationId]);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), mine, Date.now());
  const call = async (model: string, unpricedClasses: readonly string[]): Promise<string> => {
    const operationId = newId();
    await ledger.reserve({
      operationId,
      organizationId: mine.organizationId,
      levels: levels?.levels ?? [],
      epoch: levels?.epoch ?? 0n,
      heldNanos: 10n,
      ttlMs: 60_000,
      facts: { ...holdFacts, vendor: "ollama", model },
    });
    await ledger.settle({
      operationId,
      end: "settled",
      costNanos: 1n,
      source: "provider",
      result: { unpricedClasses },
    });
    return operationId;
  };
  await call("llama3", ["inputAudio", "outputAudio"]);
  await call("phi4", []);
  const last = await call("llama3", ["inputAudio"]);
  expect((await listUnpriced(deps, mine)).unpriced).toEqual([
    { vendor: "ollama", model: "llama3", unitClass: "inputAudio", calls: 2, lastOperationId: last, pricedNow: false },
    expect.objectContaining({ unitClass: "outputAudio", calls: 1 }),
  ]);
  const { organizationId } = mine;
  await setPrice(deps, platform(), { vendor: "ollama", model: "llama3", organizationId, prices: { inputAudio: "0" } });
  expect((await listUnpriced(deps, mine)).unpriced.map((one) => one.pricedNow)).toEqual([true, false]);
  expect((await listUnpriced(deps, testContext())).unpriced).toEqual([]);
});

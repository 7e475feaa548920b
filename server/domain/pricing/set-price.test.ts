import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { unitClasses } from "../../contracts/units.ts";
import { providers } from "../../providers/index.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { listAuditEvents } from "../audit/index.ts";
import { costOf } from "./cost-of.ts";
import { listPrices, ListPricesInput } from "./list-prices.ts";
import { loadPriceBook, priceBookTopics } from "./load-price-book.ts";
import { arrangeTiers } from "./price-set.ts";
import { setPrice, SetPriceInput, type PriceDeps } from "./set-price.ts";
import { operatorNamed } from "../../contracts/operator.ts";

let deps: TestDeps & PriceDeps;
beforeAll(async () => {
  deps = { ...(await openTestDeps()), vendors: providers };
});
afterAll(() => deps.close());

const administrator = (): CallContext => {
  const ctx = testContext();
  return {
    ...ctx,
    actor: {
      kind: "user",
      userId: ctx.userId ?? "",
      sessionId: "ses_1",
      role: "platform_super_admin",
      platformBypass: true,
    },
  };
};

const set = (ctx: CallContext, input: unknown) => setPrice(deps, ctx, SetPriceInput.parse(input));
const list = (ctx: CallContext, input: unknown) => listPrices(deps, ctx, ListPricesInput.parse(input));

describe("setPrice", () => {
  it("writes a row for the class and for those billed at its rate, and an audit row", async () => {
    const ctx = administrator();
    const { prices } = await set(ctx, {
      vendor: "ollama",
      model: "llama3",
      organizationId: null,
      prices: { input: "0", output: "2000" },
    });
    expect(prices.map(({ unitClass }) => unitClass).toSorted()).toEqual([
      "cacheRead",
      "cacheWrite12h",
      "cacheWrite1h",
      "cacheWrite30m",
      "cacheWrite5m",
      "input",
      "inputImage",
      "output",
      "reasoning",
    ]);
    expect(prices.find(({ unitClass }) => unitClass === "reasoning")).toMatchObject({
      nanosPerMillion: "2000",
      billedAs: "output",
      source: "platform",
    });
    const { events } = await listAuditEvents(deps, ctx, {});
    expect(events).toEqual([expect.objectContaining({ action: "price.set", target: "ollama/llama3" })]);
    expect(events[0]?.details).toMatchObject({
      organizationId: null,
      prices: expect.arrayContaining([expect.objectContaining({ unitClass: "input", nanosPerMillion: "0" })]),
    });
    const shown = await list(testContext(), { vendor: "ollama", model: "llama3" });
    expect(shown.prices).toHaveLength(9);
  });

  it("leaves classes with a rate of their own alone", async () => {
    const ctx = administrator();
    const { prices } = await set(ctx, {
      vendor: "anthropic",
      model: "claude-haiku-4-5",
      organizationId: ctx.organizationId,
      prices: { input: "5" },
    });
    expect(prices.map(({ unitClass }) => unitClass).toSorted()).toEqual(["input", "inputImage"]);
  });

  it("holds for one organization alone where it names one", async () => {
    const [ctx, other] = [administrator(), testContext()];
    await set(ctx, {
      vendor: "openai",
      model: "gpt-4o",
      organizationId: ctx.organizationId,
      prices: { input: "77" },
    });
    const inputOf = async (who: CallContext) =>
      (await list(who, { vendor: "openai", model: "gpt-4o-2024-08-06" })).prices.find(
        ({ unitClass }) => unitClass === "input",
      );
    expect(await inputOf(ctx)).toMatchObject({
      nanosPerMillion: "77",
      source: "organization",
      authorId: ctx.userId,
    });
    expect(await inputOf(other)).toMatchObject({
      nanosPerMillion: "2500000000",
      source: "catalogue",
      authorId: null,
    });
  });

  it("takes effect when it says, and null gives the class back", async () => {
    const ctx = administrator();
    const name = { vendor: "openai", model: "gpt-4.1", organizationId: ctx.organizationId };
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await set(ctx, { ...name, prices: { output: "1" }, effectiveFrom: inAnHour });
    const outputAt = async (at: string) =>
      (await list(ctx, { vendor: "openai", model: "gpt-4.1", at })).prices
        .filter(({ unitClass }) => unitClass === "output" || unitClass === "reasoning")
        .map(({ nanosPerMillion }) => nanosPerMillion);
    expect(await outputAt(new Date().toISOString())).toEqual(["8000000000", "8000000000"]);
    expect(await outputAt(inAnHour)).toEqual(["1", "1"]);
    const later = new Date(Date.now() + 7_200_000).toISOString();
    await set(ctx, { ...name, prices: { output: null }, effectiveFrom: later });
    expect(await outputAt(later)).toEqual(["8000000000", "8000000000"]);
  });

  it("refuses a moment that has passed, and anyone but a platform administrator, leaving nothing behind", async () => {
    const ctx = administrator();
    const input = {
      vendor: "openai",
      model: "gpt-4o",
      organizationId: null,
      prices: { input: "1" },
    };
    await expect(set(ctx, { ...input, effectiveFrom: "2020-01-01T00:00:00Z" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(set(testContext(), input)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    const key = testContext({ actor: { kind: "api_key", keyId: "key_1", userId: "usr_1" } });
    await expect(set(key, input)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    const { rows } = await deps.db.pool.query(
      "select 1 from nexus.price_override where vendor = 'openai' and organization_id is null",
    );
    expect(rows).toEqual([]);
  });

  it.each([
    [{ prices: {} }],
    [{ prices: { input: "-1" } }],
    [{ prices: { input: "9223372036854775808" } }],
    [{ prices: { tokens: "1" } }],
    [{ vendor: "No Vendor" }],
    [{ author: "me" }],
  ])("refuses %j", (part) => {
    const input = {
      vendor: "openai",
      model: "gpt-4o",
      organizationId: null,
      prices: { input: "1" },
      ...part,
    };
    expect(SetPriceInput.safeParse(input).success).toBe(false);
  });

  it("reaches a book held in memory without a restart", async () => {
    const ctx = administrator();
    const book = await createSnapshot({
      name: "prices",
      load: () => loadPriceBook(deps.db.pool, providers),
      feed: deps.feed,
      topics: priceBookTopics,
      log: deps.log,
    });
    await set(ctx, { vendor: "vllm", model: "qwen", organizationId: null, prices: { input: "0" } });
    await expect.poll(() => book.current().knows("vllm", "qwen", "org_1")).toBe(true);
    book.close();
  });
});

describe("prices of an organization's own servers", () => {
  const usd = { input: "200000000", output: "600000000" };
  const llama = (organizationId: string | null) => ({ vendor: "vllm", model: "llama-3", organizationId, prices: usd });

  it("are set by the organization itself, are shown as such to it alone, and leave an audit row", async () => {
    const ctx = testContext();
    const { prices } = await set(ctx, llama(ctx.organizationId));
    expect(prices.find(({ unitClass }) => unitClass === "input")).toMatchObject({
      own: true,
      source: "organization",
      nanosPerMillion: usd.input,
      authorId: ctx.userId,
    });
    expect((await list(ctx, { vendor: "vllm", model: "llama-3" })).prices).toHaveLength(9);
    expect((await list(testContext(), { vendor: "vllm", model: "llama-3" })).prices).toEqual([]);
    const { events } = await listAuditEvents(deps, ctx, {});
    expect(events).toEqual([expect.objectContaining({ action: "price.set", target: "vllm/llama-3" })]);
    expect(events[0]?.details).toMatchObject({ organizationId: ctx.organizationId, own: true });
  });

  it("are nobody else's to set: not for all, not for another organization, not of a vendor with one address", async () => {
    const ctx = testContext();
    for (const input of [
      llama(null),
      llama("org_other"),
      { ...llama(ctx.organizationId), vendor: "openai", model: "gpt-4o" },
      { ...llama(ctx.organizationId), vendor: "anthropic" },
    ])
      await expect(set(ctx, input)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    expect((await listAuditEvents(deps, ctx, {})).events).toEqual([]);
  });

  it("name a vendor that exists, else the one that looks most like it is told", async () => {
    for (const ctx of [testContext(), administrator()])
      await expect(set(ctx, { ...llama(ctx.organizationId), vendor: "vlllm" })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ field: "vendor", expected: expect.stringContaining('did you mean "vllm"?') }],
      });
  });

  it("of an operator hold whoever pays", async () => {
    const { organizationId } = testContext();
    const { prices } = await setPrice(deps, operatorNamed("operator"), llama(organizationId));
    expect(prices[0]).toMatchObject({ own: false, source: "organization", authorId: "operator" });
  });
});

describe("listPrices", () => {
  it("pages through every model once", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list(testContext(), { vendor: "google", limit: 10, after });
      seen.push(...new Set(page.prices.map(({ model }) => model)));
      after = page.next ?? undefined;
    } while (after !== undefined);
    const book = await loadPriceBook(deps.db.pool, providers);
    const priced = book
      .models("google", "")
      .filter((model) => book.priceSet({ vendor: "google", model, at: Date.now(), organizationId: "" }));
    expect(seen.toSorted()).toEqual(priced.toSorted());
  });

  it("shows every size tier", async () => {
    const { prices } = await list(testContext(), { vendor: "google", model: "gemini-2.5-pro" });
    const input = prices.filter(({ unitClass }) => unitClass === "input");
    expect(input.map(({ aboveInputTokens, nanosPerMillion }) => [aboveInputTokens, nanosPerMillion])).toEqual([
      [0, "1250000000"],
      [200_000, "2500000000"],
    ]);
  });
});

describe("the table", () => {
  it("keeps its rows as they are", async () => {
    await set(administrator(), {
      vendor: "vllm",
      model: "fixed",
      organizationId: null,
      prices: { input: "1" },
    });
    for (const change of [
      "update nexus.price_override set nano_per_million = 2",
      "delete from nexus.price_override",
      "truncate nexus.price_override",
    ]) {
      await expect(deps.db.pool.query(change)).rejects.toMatchObject({ code: "23001" });
    }
  });

  it("takes every class the code knows", async () => {
    const prices = Object.fromEntries(unitClasses.map((unitClass) => [unitClass, "3"]));
    const written = await set(administrator(), {
      vendor: "vllm",
      model: "all",
      organizationId: null,
      prices,
    });
    expect(written.prices.map(({ unitClass }) => unitClass).toSorted()).toEqual(unitClasses.toSorted());
  });
});

it("TypeScript and SQL agree on what units cost", async () => {
  const line = fc.record({
    units: fc.nat({ max: 2 ** 31 - 1 }),
    price: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 13n }), fc.bigInt({ min: 0n, max: 2_000_000n })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: unitClasses.length - 1 }), async (lines) => {
      const classes = unitClasses.filter((unitClass) => unitClass !== "request").slice(0, lines.length);
      const rows = classes.map((unitClass, index) => ({
        unitClass,
        ...(lines[index] ?? { units: 0, price: 0n }),
      }));
      const tiers = arrangeTiers(
        rows.map(({ unitClass, price }) => ({
          id: unitClass,
          unitClass,
          aboveInputTokens: 0,
          nanosPerMillion: price,
          billedAs: null,
          source: "catalogue",
        })),
      );
      const { nanos } = costOf(Object.fromEntries(rows.map(({ unitClass, units }) => [unitClass, units])), {
        vendor: "v",
        model: "m",
        contextWindow: null,
        tiers,
      });
      const { rows: answer } = await deps.db.pool.query<{ rounded: string; plain: string }>(
        `select nexus.cost_nanos($1, $2)::text as rounded,
                (select round(sum(u::numeric * p::numeric) * 0.000001)::text from unnest($1::bigint[], $2::bigint[]) t(u, p)) as plain`,
        [rows.map(({ units }) => units), rows.map(({ price }) => price)],
      );
      expect(answer[0]).toEqual({ rounded: nanos.toString(), plain: nanos.toString() });
    }),
    { numRuns: 300 },
  );
});

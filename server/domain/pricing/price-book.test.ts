import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import { unitClasses, type UnitClass } from "../../contracts/units.ts";
import { providers } from "../../providers/index.ts";
import { importCatalogue } from "./import-catalogue.ts";
import { createPriceBook, priceSetOf, type PriceBook } from "./price-book.ts";
import { priceOf } from "./price-set.ts";
import type { PriceOverride } from "./price.ts";

/** The registered vendors, and others of the catalogue that bill in ways of their own. */
const vendors = new Map<string, PricedVendor>([
  ...providers,
  ["azure", { catalogue: { id: "azure", resells: true } }],
  ["bedrock", { catalogue: { id: "aws" } }],
  ["groq", { catalogue: { id: "groq", unpriced: (model) => (model.startsWith("whisper-") ? ["second"] : []) } }],
  ["perplexity", { catalogue: { id: "perplexity" } }],
]);
const catalogue = importCatalogue(vendors);
const at = Date.UTC(2026, 10, 21, 12);
const bare = createPriceBook(catalogue, []);

const price = (
  book: PriceBook,
  name: string,
  unitClass: UnitClass,
  when = at,
  organizationId = "org_a",
): bigint | undefined => {
  const slash = name.indexOf("/");
  const set = priceSetOf(book, {
    vendor: name.slice(0, slash),
    model: name.slice(slash + 1),
    at: when,
    organizationId,
  });
  return set ? priceOf(set, unitClass)?.nanosPerMillion : undefined;
};

let serial = 0;
const override = (
  name: string,
  unitClass: UnitClass,
  nanosPerMillion: bigint | null,
  more: Partial<PriceOverride> = {},
): PriceOverride => {
  const slash = name.indexOf("/");
  serial += 1;
  return {
    id: `override-${String(serial).padStart(4, "0")}`,
    vendor: name.slice(0, slash),
    model: name.slice(slash + 1),
    unitClass,
    nanosPerMillion,
    organizationId: null,
    own: false,
    billedAs: null,
    effectiveFrom: at - 1_000,
    authorId: "user_1",
    createdAt: at - 1_000,
    ...more,
  };
};

describe("the imported catalogue", () => {
  it("has every vendor it claims, and no id twice", () => {
    const found = new Set(catalogue.map(({ vendor }) => vendor));
    const claimed = [...vendors].flatMap(([id, vendor]) => (vendor.catalogue === undefined ? [] : [id]));
    expect([...found].toSorted()).toEqual(claimed.toSorted());
    const ids = catalogue.flatMap(({ schedules }) => schedules.flatMap(({ prices }) => prices.map(({ id }) => id)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ["openai/gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
    ["openai/GPT-4o-Mini", "gpt-4o-mini"],
    ["openai/gpt-4o-mini-20240718", "gpt-4o-mini"],
    ["openai/gpt-5.6-luna-2026-07-30", "gpt-5.6-luna"],
    ["anthropic/claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
    ["google/gemini-2.5-pro-preview-06-05", "gemini-2.5-pro"],
    ["openrouter/anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4.5"],
  ])("resolves %s to %s", (name, model) => {
    const slash = name.indexOf("/");
    expect(bare.find(name.slice(0, slash), name.slice(slash + 1))?.model).toBe(model);
  });

  it.each([
    ["openai/gpt-4o", "gpt-4o"],
    ["openai/gpt-4o-2024-08-06", "gpt-4o"],
    ["openai/gpt-4o-2024-05-13", "gpt-4o-2024-05-13"],
    ["openai/gpt-4o-2027-01-31", "gpt-4o"],
    ["openai/gpt-4o-mini-20270131", "gpt-4o-mini"],
    ["openai/gpt-5.2-2027-01-31", "gpt-5.2"],
    ["openai/o3-2027-01-31", "o3"],
    ["anthropic/claude-sonnet-4-5-20260101", "claude-sonnet-4-5"],
    ["google/gemini-2.5-flash-2027-01-31", "gemini-2.5-flash"],
    ["openai/o3-mini-2025-01-31", "o3-mini"],
    ["openai/gpt-4o-audio-preview-2024-12-17", "gpt-4o-audio-preview"],
    ["openai/gpt-5-nano-2025-08-07", "gpt-5-nano"],
    ["openai/gpt-4.5-preview-2025-02-27", "gpt-4.5-preview"],
    ["openai/text-embedding-3-small", "text-embedding-3-small"],
    ["openai/ft:gpt-4o-2024-08-06:acme::AbC1", "ft:gpt-4o"],
    ["openai/ft:gpt-4o-mini-2024-07-18:acme:mine:AbC1", "ft:gpt-4o-mini"],
    ["anthropic/claude-3-5-haiku-latest", "claude-3-5-haiku-latest"],
    ["anthropic/claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"],
    ["anthropic/claude-opus-4-20250514", "claude-opus-4-0"],
    ["anthropic/claude-sonnet-4@20250514", "claude-sonnet-4-0"],
    ["google/gemini-2.0-flash-001", "gemini-2.0-flash"],
    ["google/gemini-2.0-flash-lite-001", "gemini-2.0-flash-lite"],
    ["google/gemini-2.0-flash-thinking-exp-01-21", "gemini-2.0-flash"],
    ["google/gemini-2.5-flash-preview-05-20", "gemini-2.5-flash-preview"],
    ["google/gemini-2.5-flash-lite-preview-09-2025", "gemini-2.5-flash-lite"],
    ["google/gemini-2.5-pro-exp-03-25", "gemini-2.5-pro"],
    ["bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "regional.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["bedrock/amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"],
  ])("a version is its model: %s", (name, model) => {
    const [vendor = "", ...rest] = name.split("/");
    expect(bare.find(vendor, rest.join("/"))?.model).toBe(model);
  });

  it.each([
    "openai/xgpt-4o",
    "openai/gpt-4o-foo",
    "openai/gpt-4o-2027-13-31",
    "openai/gpt-4o-2027-01-31-foo",
    "openai/gpt-4o-2024-05-13-2027-01-31",
    "openai/gpt-5-nano-turbo",
    "openai/gpt-4o-realtime-turbo",
    "openai/ft:gpt-4o-2024-foo",
    "anthropic/claude-sonnet-4-5-foo",
    "anthropic/claude-sonnet-5-5",
    "anthropic/claude-haiku-4-50",
    "anthropic/my-claude-2",
    "google/gemini-2.5-pro-foo",
    "google/gemini-2.5-pro-001-foo",
    "google/x-gemini-1.5-flash",
    "google/gemini-1.5-flash-8b",
    "google/gemini-3.5-flash-5-foo",
    "google/claude-opus-5-claude-fable-5",
    "openrouter/openai/gpt-4o:online",
  ])("a name that only looks alike is no model: %s", (name) => {
    const [vendor = "", ...rest] = name.split("/");
    expect(bare.find(vendor, rest.join("/"))).toBeNull();
  });

  it("finds every id and every name that the catalogue spells out", () => {
    for (const { vendor, model, exactNames } of catalogue)
      for (const name of [model, ...exactNames]) expect(bare.find(vendor, name), `${vendor}/${name}`).not.toBeNull();
  });

  it("prices no name that has anything but a version before or behind it", () => {
    const models = catalogue.filter(({ vendor }) => ["openai", "anthropic", "google"].includes(vendor));
    const exact = new Set(
      models.flatMap(({ vendor, model, exactNames }) =>
        [model, ...exactNames].map((name) => `${vendor}/${name.toLowerCase()}`),
      ),
    );
    const part = fc.constantFrom(
      "x",
      "-foo",
      "-turbo",
      "-mini-x",
      ".",
      ":x",
      "-2024-13-45x",
      "-preview-x",
      "/..",
      "@x",
      "-9x",
    );
    fc.assert(
      fc.property(fc.constantFrom(...models), part, fc.boolean(), ({ vendor, model }, strange, before) => {
        const name = before ? `x${strange}${model}` : `${model}${strange}`;
        if (!exact.has(`${vendor}/${name.toLowerCase()}`)) expect(bare.find(vendor, name)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it("knows neither a model nor a vendor it has never heard of", () => {
    expect(bare.knows("openai", "gpt-99", "org_1")).toBe(false);
    expect(bare.knows("nobody", "gpt-4o", "org_1")).toBe(false);
    expect(priceSetOf(bare, { vendor: "openai", model: "gpt-99", at, organizationId: "org_a" })).toBeNull();
  });

  it("says which class is billed at which rate, and borrows nothing else", () => {
    const set = priceSetOf(bare, {
      vendor: "openai",
      model: "gpt-4o",
      at,
      organizationId: "org_a",
    });
    const billedAs = Object.fromEntries(
      unitClasses.map((unitClass) => [unitClass, set ? priceOf(set, unitClass)?.billedAs : "absent"]),
    );
    expect(billedAs).toMatchObject({
      input: null,
      output: null,
      cacheRead: null,
      reasoning: "output",
      inputImage: "input",
      cacheWrite5m: "input",
    });
    expect(price(bare, "openai/gpt-4o", "inputAudio")).toBeUndefined();
    expect(price(bare, "openai/gpt-4o", "outputAudio")).toBeUndefined();
  });

  it("keeps a rate of its own where the vendor has one", () => {
    expect(price(bare, "perplexity/sonar-deep-research", "reasoning")).toBe(3_000_000_000n);
    expect(price(bare, "google/gemini-2.5-flash", "inputAudio")).toBe(1_000_000_000n);
    expect(price(bare, "anthropic/claude-sonnet-4-0", "cacheWrite1h")).toBe(6_000_000_000n);
  });

  it("does not bill a one-hour write as a short one", () => {
    expect(price(bare, "bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0", "cacheWrite5m")).toBe(
      3_750_000_000n,
    );
    expect(price(bare, "bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0", "cacheWrite1h")).toBeUndefined();
  });

  it("leaves seconds with a minimum duration unpriced", () => {
    expect(price(bare, "groq/whisper-large-v3", "second")).toBeUndefined();
    expect(price(bare, "openai/whisper-1", "second")).toBe(100_000_000_000n);
  });

  it.each([
    [Date.UTC(2025, 5, 9, 23, 59, 59, 999), 10_000_000_000n],
    [Date.UTC(2025, 5, 10), 2_000_000_000n],
  ])("a start date counts from its first moment (%i)", (when, nanos) => {
    expect(price(bare, "openai/o3", "input", when)).toBe(nanos);
  });

  it.each([
    [Date.UTC(2026, 10, 21, 0, 29, 59, 999), 135_000_000n],
    [Date.UTC(2026, 10, 21, 0, 30), 270_000_000n],
    [Date.UTC(2026, 10, 21, 16, 29, 59, 999), 270_000_000n],
    [Date.UTC(2026, 10, 21, 16, 30), 135_000_000n],
  ])("off-peak hours count by the time of the call (%i)", (when, nanos) => {
    expect(price(bare, "deepseek/deepseek-chat", "input", when)).toBe(nanos);
  });

  it("forgets a cached answer at the next moment a price may change, in either direction", () => {
    const book = createPriceBook(catalogue, []);
    const night = Date.UTC(2026, 10, 21, 0, 29);
    expect(price(book, "deepseek/deepseek-chat", "input", night)).toBe(135_000_000n);
    expect(price(book, "deepseek/deepseek-chat", "input", night + 60_000)).toBe(270_000_000n);
    expect(price(book, "deepseek/deepseek-chat", "input", night)).toBe(135_000_000n);
    expect(price(book, "deepseek/deepseek-chat", "input", night + 86_400_000)).toBe(135_000_000n);
  });
});

describe("overrides", () => {
  it("organization beats platform beats catalogue, class by class", () => {
    const book = createPriceBook(catalogue, [
      override("openai/gpt-4o", "input", 7n),
      override("openai/gpt-4o", "output", 8n),
      override("openai/gpt-4o", "input", 9n, { organizationId: "org_a" }),
    ]);
    expect(price(book, "openai/gpt-4o", "input")).toBe(9n);
    expect(price(book, "openai/gpt-4o", "output")).toBe(8n);
    expect(price(book, "openai/gpt-4o", "cacheRead")).toBe(1_250_000_000n);
    expect(price(book, "openai/gpt-4o", "input", at, "org_b")).toBe(7n);
  });

  it("hold for dated names of the model, unless the dated name has its own", () => {
    const book = createPriceBook(catalogue, [
      override("openai/gpt-4o-mini", "input", 5n),
      override("openai/gpt-4o-mini-2024-07-18", "output", 6n),
    ]);
    expect(price(book, "openai/gpt-4o-mini-2024-07-18", "input")).toBe(5n);
    expect(price(book, "openai/gpt-4o-mini-2024-07-18", "output")).toBe(6n);
    expect(price(book, "openai/gpt-4o-mini", "output")).toBe(600_000_000n);
  });

  it("take effect when they say, the newest winning, and can be taken back", () => {
    const book = createPriceBook(catalogue, [
      override("openai/gpt-4o", "input", 1n, { effectiveFrom: at + 10 }),
      override("openai/gpt-4o", "input", 2n, { effectiveFrom: at + 20 }),
      override("openai/gpt-4o", "input", null, { effectiveFrom: at + 30 }),
    ]);
    const seen = [at + 9, at + 10, at + 20, at + 30].map((when) => price(book, "openai/gpt-4o", "input", when));
    expect(seen).toEqual([2_500_000_000n, 1n, 2n, 2_500_000_000n]);
  });

  it("price a model the catalogue has never heard of, at zero if they say so", () => {
    const book = createPriceBook(catalogue, [override("ollama/llama3", "input", 0n)]);
    expect(price(book, "ollama/llama3", "input")).toBe(0n);
    expect(price(book, "ollama/llama3", "output")).toBeUndefined();
    expect(book.knows("ollama", "llama3", "org_1")).toBe(true);
    expect(book.models("ollama", "org_1")).toEqual(["llama3"]);
  });

  it("of an organization for its own servers count where its own key pays, and are seen by nobody else", () => {
    const own = { organizationId: "org_1", own: true };
    const book = createPriceBook(catalogue, [
      override("vllm/llama-3", "input", 7n, own),
      override("vllm/theirs", "input", 5n, { organizationId: "org_1" }),
    ]);
    const priceFor = (model: string, organizationId: string, pays: boolean): bigint | undefined => {
      const set = book.priceSet({ vendor: "vllm", model, at: Date.now(), organizationId, own: pays });
      return set ? priceOf(set, "input")?.nanosPerMillion : undefined;
    };
    expect(priceFor("llama-3", "org_1", true)).toBe(7n);
    expect(priceFor("llama-3", "org_1", false)).toBeUndefined();
    expect(priceFor("llama-3", "org_2", true)).toBeUndefined();
    expect(priceFor("theirs", "org_1", false)).toBe(5n);
    expect(book.models("vllm", "org_1")).toEqual(["llama-3", "theirs"]);
    expect(book.models("vllm", "org_2")).toEqual([]);
    expect([book.knows("vllm", "llama-3", "org_1"), book.knows("vllm", "llama-3", "org_2")]).toEqual([true, false]);
  });

  it("replace all size tiers of their class", () => {
    const book = createPriceBook(catalogue, [override("google/gemini-2.5-pro", "input", 4n)]);
    const set = priceSetOf(book, {
      vendor: "google",
      model: "gemini-2.5-pro",
      at,
      organizationId: "org_a",
    });
    const place = unitClasses.indexOf("input");
    expect(set?.tiers.map(({ prices }) => prices[place]?.nanosPerMillion)).toEqual([4n, 4n]);
  });
});

it("still answers after more made-up names than it remembers", () => {
  const book = createPriceBook(catalogue, []);
  for (let index = 0; index < 45_000; index += 1) book.knows("openai", `made-up-${index}`, "org_1");
  expect(book.knows("openai", "gpt-4o", "org_1")).toBe(true);
});

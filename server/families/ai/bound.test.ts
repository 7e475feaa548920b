import { describe, expect, it } from "vitest";
import type { Units } from "../../contracts/units.ts";
import type { MeasuredMedium, MediumKind } from "../../contracts/media.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";
import { boundOf, createPriceBook, importCatalogue, type PriceOverride } from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import { providers } from "../../providers/index.ts";
import { boundedRoutes } from "../../gateway/reservation.ts";
import { AiRoute } from "./ai-route.ts";
import { maxUnitsOf } from "./bound.ts";
import type { MeasuredSize } from "./request-size.ts";

const catalogue = importCatalogue(providers);

const aiOf = (vendor: string): AiVendor => {
  const ai = providers.get(vendor)?.ai;
  if (!ai) throw new Error(`no vendor ${vendor}`);
  return ai;
};

const override = (name: string, unitClass: PriceOverride["unitClass"], nanosPerMillion: bigint): PriceOverride => {
  const slash = name.indexOf("/");
  return {
    id: `${name}:${unitClass}`,
    vendor: name.slice(0, slash),
    model: name.slice(slash + 1),
    unitClass,
    nanosPerMillion,
    billedAs: null,
    organizationId: null,
    own: false,
    effectiveFrom: 0,
    authorId: "test",
    createdAt: 0,
  };
};

const field = "messages.0.content.1";
const size = (
  media: readonly Omit<MeasuredMedium, "field">[] = [],
  more: Partial<MeasuredSize> = {},
): MeasuredSize => ({
  textBytes: 200,
  media: media.map((medium) => [{ ...medium, field }]),
  toolTypes: [],
  maxOutputTokens: 100,
  choices: 1,
  writesCache: false,
  ...more,
});

const routeOf = (name: string, of: MeasuredSize = size(), overrides: readonly PriceOverride[] = []): AiRoute => {
  const slash = name.indexOf("/");
  const [vendorId, model] = [name.slice(0, slash), name.slice(slash + 1)];
  const priceSet = createPriceBook(catalogue, overrides).priceSet({
    vendor: vendorId,
    model,
    at: Date.now(),
    organizationId: "",
  });
  if (!priceSet) throw new Error(`no price of ${name}`);
  return new AiRoute({
    vendorId,
    vendor: aiOf(vendorId),
    model,
    requestedModel: name,
    credential: {
      id: "credential",
      tier: "platform_default",
      organizationId: null,
      vendor: vendorId,
      version: 1,
      baseUrl: "https://vendor.example",
      allowedHost: "vendor.example",
      label: null,
      sealed: { format: 1, keyId: "k1", wrappedKey: Buffer.alloc(0), ciphertext: Buffer.alloc(0) },
    },
    priceSet,
    size: of,
    priceSetOf: () => null,
  });
};

/** US dollars held. */
const held = (name: string, of: MeasuredSize, overrides: readonly PriceOverride[] = []): number =>
  Number(routeOf(name, of, overrides).bound()) / 1e9;

const refusal = (name: string, of: MeasuredSize, overrides: readonly PriceOverride[] = []): NexusError => {
  try {
    held(name, of, overrides);
  } catch (error) {
    if (NexusError.is(error)) return error;
    throw error;
  }
  throw new Error(`${name} was not refused`);
};

describe("every class of the price row is held", () => {
  const row = (unitClass: PriceOverride["unitClass"], nanosPerMillion: bigint): PriceOverride =>
    override("compatible/mine", unitClass, nanosPerMillion);
  const plain = [row("input", 1_000_000_000n), row("output", 2_000_000_000n)];

  it.each(["outputImage", "outputAudio", "reasoning"] as const)("%s, whatever the model is called", (unitClass) => {
    const all = [...plain, row(unitClass, 50_000_000_000n)];
    expect(held("compatible/mine", size(), all)).toBeGreaterThanOrEqual(100 * 50e-6);
  });

  it("cached input, where that is the dearer", () => {
    const all = [...plain, row("cacheRead", 7_000_000_000n)];
    expect(held("compatible/mine", size(), all)).toBeGreaterThanOrEqual(200 * 7e-6);
  });
});

describe("media in are held at what the vendor documents", () => {
  it.each([
    ["an hour of sound", "google/gemini-2.5-flash", { kind: "audio", seconds: 3_600 }, 3_600 * 32 * 1e-6],
    [
      "a silent hour of video",
      "google/gemini-2.5-flash",
      { kind: "video", seconds: 3_600, sound: false },
      3_600 * 263 * 0.3e-6,
    ],
    [
      "a hundred pages",
      "anthropic/claude-sonnet-4-5",
      { kind: "document", pages: 100, textBytes: 0 },
      100 * 4_500 * 6e-6,
    ],
    ["a hundred pages", "google/gemini-2.5-pro", { kind: "document", pages: 100, textBytes: 0 }, 100 * 258 * 1.25e-6],
    ["an image of unknown size", "openai/gpt-4o", { kind: "image" }, 1_445 * 2.5e-6],
  ] as const)("%s at %s", (_, name, medium, least) => {
    expect(held(name, size([medium]))).toBeGreaterThan(least);
    expect(held(name, size([medium]))).toBeLessThan(least * 1.5 + 0.02);
  });

  it("an image that Gemini may look at in parts, at its highest resolution", () => {
    const image = (side: number) => size([{ kind: "image", pixels: { width: side, height: side } }]);
    const text = held("google/gemini-2.5-flash", size());
    expect(held("google/gemini-2.5-flash", image(500)) - text).toBeGreaterThanOrEqual(2_304 * 0.3e-6 - 1e-9);
    expect(held("google/gemini-2.5-flash", image(384)) - text).toBeLessThan(300 * 0.3e-6);
  });

  it.each([
    ["google/gemini-2.5-flash", { kind: "image", pixels: { width: 1_600, height: 1_200 } }, 0.005],
    ["anthropic/claude-sonnet-4-5", { kind: "image", pixels: { width: 1_024, height: 768 } }, 0.012],
    ["openai/gpt-4o", { kind: "image", pixels: { width: 1_024, height: 1_024 } }, 0.009],
    ["anthropic/claude-sonnet-4-5", { kind: "document", pages: 1, textBytes: 1_500 }, 0.025],
    ["openai/gpt-4o", { kind: "document", pages: 1, textBytes: 1_500 }, 0.02],
    ["google/gemini-2.5-flash", { kind: "audio", seconds: 10 }, 0.002],
  ] as const)("what people send every day holds cents at %s: %o", (name, medium, most) => {
    expect(held(name, size([medium]))).toBeLessThan(most);
  });

  it("of unknown size hold all the input the model takes, once", () => {
    const video = { kind: "video" } as const;
    const one = held("google/gemini-2.5-flash", size([video]));
    expect(one).toBeGreaterThanOrEqual(1_048_576 * 1e-6);
    expect(held("google/gemini-2.5-flash", size([video, video]))).toBe(one);
    expect(held("openrouter/google/gemini-2.5-flash", size([{ kind: "document" }]))).toBeGreaterThanOrEqual(
      1_048_576 * 0.3833e-6,
    );
  });

  it("of a kind with a size tier within reach hold that tier", () => {
    const set = routeOf("google/gemini-2.5-pro").priceSet;
    const dear = maxUnitsOf(routeOf("google/gemini-2.5-pro", size([{ kind: "video", seconds: 3_600, sound: false }])));
    expect(boundOf(dear, set)).toBeGreaterThanOrEqual(BigInt(3_600 * 263) * 2_500n);
  });

  it("read in more than one way are held at the dearest", () => {
    const readings = size([], {
      media: [
        [
          { kind: "image", field },
          { kind: "video", field, seconds: 600, sound: false },
        ],
      ],
    });
    expect(held("google/gemini-2.5-flash", readings)).toBeGreaterThanOrEqual(
      held("google/gemini-2.5-flash", size([{ kind: "video", seconds: 600, sound: false }])),
    );
  });

  it("pixels count at models whose maker cuts every image into squares", () => {
    const name = "openrouter/qwen/qwen2.5-vl-72b-instruct";
    const photo = { kind: "image", pixels: { width: 3_000, height: 3_000 } } as const;
    const tokens = maxUnitsOf(routeOf(name, size([photo])));
    expect(Object.values(tokens).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(108 * 108);
  });

  it("cost more where the prompt is written to the cache", () => {
    const image = { kind: "image", pixels: { width: 1_024, height: 768 } } as const;
    const plain = held("anthropic/claude-sonnet-4-5", size([image]));
    expect(held("anthropic/claude-sonnet-4-5", size([image], { writesCache: true }))).toBeGreaterThan(plain * 1.5);
  });
});

it("sound at a model with one price for everything is held at that price", () => {
  const hour = size([{ kind: "audio", seconds: 3_600 }]);
  expect(held("google/gemini-2.5-pro", hour)).toBeGreaterThanOrEqual(3_600 * 32 * 1.25e-6);
});

describe("refused before anything is reserved", () => {
  it("what neither size nor window bounds, by its field", () => {
    const error = refusal("openrouter/deepseek/deepseek-chat", size([{ kind: "document" }]), [
      override("openrouter/deepseek/deepseek-chat", "page", 2_000_000_000_000n),
    ]);
    expect(error).toMatchObject({ code: "CAPABILITY_MISSING", issues: [{ field }] });
  });

  it.each([
    ["openai/gpt-4o-audio-preview", { kind: "audio", seconds: 1 }],
    ["openrouter/google/gemini-2.5-flash", { kind: "video" }],
    ["openrouter/google/gemini-2.5-flash", { kind: "audio", seconds: 1 }],
  ] as const)("sound without a price at %s: %o", (name, medium) => {
    expect(refusal(name, size([medium]))).toMatchObject({
      code: "MODEL_UNPRICED",
      details: { unitClass: "inputAudio" },
      issues: [{ field }],
    });
  });

  it.each([
    ["anthropic/claude-sonnet-4-5", "audio"],
    ["anthropic/claude-sonnet-4-5", "video"],
    ["openai/gpt-4o", "video"],
  ] as const)("%s takes no %s", (name, kind: MediumKind) => {
    expect(refusal(name, size([{ kind }]))).toMatchObject({ code: "CAPABILITY_MISSING", issues: [{ field }] });
  });

  it.each([
    ["openai/gpt-4o-search-preview", "request"],
    ["openai/gpt-4o-mini-search-preview", "request"],
    ["openrouter/openai/gpt-4o-mini-search-preview", "request"],
    ["openrouter/perplexity/sonar", "request"],
    ["openrouter/perplexity/sonar-reasoning-pro", "request"],
    ["openrouter/perplexity/sonar-deep-research", "search"],
    ["openrouter/openai/o3-deep-research", "search"],
    ["openrouter/google/gemini-2.5-flash-image", "outputImage"],
  ])("%s, whose %s has no price", (name, unitClass) => {
    expect(refusal(name, size())).toMatchObject({ code: "MODEL_UNPRICED", details: { unitClass } });
  });

  it("searches without an end, even priced", () => {
    const name = "openrouter/openai/o3-deep-research";
    expect(refusal(name, size(), [override(name, "search", 10_000_000_000_000n)])).toMatchObject({
      code: "MODEL_UNPRICED",
    });
  });

  it("a spoken answer at what all its tokens cost as sound, however few were told, and none where they were", () => {
    const route = routeOf("openai/gpt-audio", size([], { spoken: true, choices: 2 }));
    expect(maxUnitsOf(route)).toMatchObject({ outputAudio: 200 });
    const settle = (units: Units | null, whole: boolean) =>
      route.settlement({
        metered: {
          units,
          final: units !== null,
          rawUsage: undefined,
          responseModel: undefined,
          vendorRequestId: undefined,
        },
        deliveredBytes: 12,
        whole,
        callerLeft: false,
        heldNanos: route.bound(),
      });
    expect(settle({ input: 10, output: 20, outputAudio: 30 }, true)).toMatchObject({
      costNanos: BigInt(10 * 2_500 + 20 * 10_000 + 30 * 64_000),
      source: "provider",
    });
    expect(settle({ input: 10, output: 50 }, true)).toMatchObject({
      units: { input: 10, outputAudio: 50 },
      costNanos: BigInt(10 * 2_500 + 50 * 64_000),
    });
    for (const whole of [true, false])
      expect(settle(null, whole)).toMatchObject({ costNanos: route.bound(), source: "estimated" });
  });

  it("only on the routes it concerns", () => {
    const audio = size([{ kind: "audio", seconds: 10 }]);
    const deaf = routeOf("anthropic/claude-sonnet-4-5", audio);
    const hearing = routeOf("google/gemini-2.5-flash", audio);
    expect(boundedRoutes([deaf, hearing])).toEqual({ routes: [hearing], heldNanos: hearing.bound() });
    expect(() => boundedRoutes([deaf])).toThrow(NexusError);
  });
});

it("a film by its address is held as all the model takes, once its sound has a price", () => {
  const name = "openrouter/google/gemini-2.5-flash";
  const film = size([{ kind: "video" }]);
  expect(held(name, film, [override(name, "inputAudio", 1_000_000_000n)])).toBeGreaterThanOrEqual(1_048_576 * 1e-6);
});

describe("what comes without being asked for", () => {
  it.each(["google/gemini-2.5-flash-image", "google/gemini-3-pro-image-preview"])("pictures of %s", (name) => {
    const { priceSet } = routeOf(name);
    const units = maxUnitsOf(routeOf(name, size([], { maxOutputTokens: 1_300 })));
    expect(units).toEqual({ input: expect.any(Number), outputImage: 1_300 + 2_520 });
    // A picture however small the limit, and no more than three where none is named.
    expect(boundOf(units, priceSet)).toBeGreaterThan(boundOf({ outputImage: 2_520 }, priceSet));
    expect(maxUnitsOf(routeOf(name, size([], { maxOutputTokens: undefined }))).outputImage).toBeLessThan(7_000);
  });

  it("a fee a request, once it has a price", () => {
    const name = "openrouter/perplexity/sonar";
    const plain = 0.0015;
    const fee = override(name, "request", 5_000_000_000_000n);
    expect(held(name, size(), [fee])).toBeGreaterThanOrEqual(0.005);
    expect(held(name, size(), [fee])).toBeLessThan(0.005 + plain);
  });

  it("writes to a cache nobody asked for", () => {
    const units = maxUnitsOf(routeOf("openai/gpt-5.6-luna"));
    expect(Object.keys(units)).toContain("cacheWrite5m");
    expect(maxUnitsOf(routeOf("openai/gpt-4o"))).toMatchObject({ input: expect.any(Number) });
  });

  it("preambles of tools", () => {
    const inputWith = (toolTypes: readonly string[]) =>
      maxUnitsOf(routeOf("anthropic/claude-sonnet-4-5", size([], { toolTypes }))).input ?? 0;
    const bare = inputWith([]);
    expect(inputWith(["custom"]) - bare).toBeGreaterThanOrEqual(346);
    const own = ["bash_20250124", "text_editor_20250728", "computer_20250124"];
    expect(inputWith(own) - inputWith(["custom"])).toBeGreaterThanOrEqual(245 + 700 + 735 + 499);
  });

  it("as many answers as are asked for", () => {
    expect(maxUnitsOf(routeOf("openai/gpt-4o", size([], { choices: 3 }))).output).toBe(300);
  });
});

it("a free model on one's own machines needs no size", () => {
  const free = (["input", "output", "inputAudio"] as const).map((unitClass) => override("ollama/llava", unitClass, 0n));
  const all = size([{ kind: "document" }, { kind: "video" }, { kind: "other" }]);
  expect(routeOf("ollama/llava", all, free).bound()).toBe(1n);
});

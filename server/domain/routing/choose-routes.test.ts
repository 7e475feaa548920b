import { describe, expect, it } from "vitest";
import {
  book,
  operationAsked,
  credential,
  requestOf,
  vendor,
  routingVendors,
  worldOf,
  type World,
} from "../../../test/routing-world.ts";
import { unitClasses } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { chooseRoutes } from "./choose-routes.ts";
import type { Circuit, CircuitReason, CircuitScope, Needs, RoutingRequest } from "./route.ts";

const routes = (world: World, request: RoutingRequest | string): string[] =>
  chooseRoutes(typeof request === "string" ? requestOf(request) : request, worldOf(world)).map(
    ({ vendor: id, model, credential: payer }) => `${id}/${model} ${payer.tier}`,
  );

const refusal = (world: World, request: RoutingRequest | string): NexusError => {
  try {
    routes(world, request);
  } catch (error) {
    if (NexusError.is(error)) return error;
    throw error;
  }
  throw new Error("routes were found");
};

const both = { openai: [credential("platform_default")], azure: [credential("platform_default")] };

describe("names", () => {
  it.each<[string, World, string, string[]]>([
    ["vendor/model", {}, "openai/gpt-4o-mini", ["openai/gpt-4o-mini platform_default"]],
    ["a dated model", {}, "openai/gpt-4o-mini-2024-07-18", ["openai/gpt-4o-mini-2024-07-18 platform_default"]],
    [
      "the first slash splits",
      {},
      "openrouter/anthropic/claude-sonnet-4.5",
      ["openrouter/anthropic/claude-sonnet-4.5 platform_default"],
    ],
    [
      "a bare id of one vendor",
      { credentials: { anthropic: [credential("platform_default")] } },
      "claude-haiku-4-5",
      ["anthropic/claude-haiku-4-5 platform_default"],
    ],
    [
      "a bare id that one allowed vendor has",
      { preferences: { modelAllowList: ["azure/*"] } },
      "gpt-4o",
      ["azure/gpt-4o platform_default"],
    ],
    [
      "a bare id that one vendor with a credential has",
      { credentials: { azure: [credential("byok")] } },
      "gpt-4o",
      ["azure/gpt-4o byok"],
    ],
    [
      "a bare id at the vendor ranked first",
      { preferences: { vendorOrder: ["anthropic", "azure", "openai"] } },
      "gpt-4o",
      ["azure/gpt-4o platform_default"],
    ],
  ])("%s", (_name, world, model, expected) => {
    expect(routes(world, model)).toEqual(expected);
  });

  it("a bare id means the vendor of the door's dialect, whatever the organization's order", () => {
    const preferences = { vendorOrder: ["azure", "openai"] };
    expect(routes({ preferences }, requestOf("gpt-4o", {}, { dialect: "openai.chat" }))).toEqual([
      "openai/gpt-4o platform_default",
    ]);
    expect(routes({ preferences }, requestOf("gpt-4o", {}, { dialect: "anthropic.messages" }))).toEqual([
      "azure/gpt-4o platform_default",
    ]);
    const azureAlone = { credentials: { azure: [credential("byok")] } };
    expect(routes(azureAlone, requestOf("gpt-4o", {}, { dialect: "openai.chat" }))).toEqual(["azure/gpt-4o byok"]);
  });

  it("a bare id means its maker's model before a reseller's", () => {
    const reseller = vendor("reseller");
    const world = { ...worldOf({}), vendors: [reseller, ...routingVendors], knows: () => true };
    const [route] = chooseRoutes(requestOf("claude-sonnet-4-5", {}, { dialect: "openai.embeddings" }), world);
    expect(route?.vendor).toBe("anthropic");
  });

  it.each(["openai/a/b", "openai/gpt-4o@x", "anthropic/claude-haiku-4-5:free", "ollama/a:b"])(
    "%s is no name that its vendor could have",
    (model) => {
      const error = refusal({}, model);
      expect([error.code, error.issues?.[0]?.field]).toEqual(["INVALID_INPUT", "model"]);
    },
  );

  it.each(["openai/gpt-4o\\..\\x", "openai/../x", "gpt-4o?x", "gpt-4o#", "gpt-4o%2e", "gpt-4o."])(
    "%s is no name at all, and no fallback answers for it",
    (model) => {
      const preferences = { fallback: true, fallbackModels: { [model]: ["openai/gpt-4o"] } };
      expect(refusal({ preferences }, model).code).toBe("INVALID_INPUT");
    },
  );

  it("a chain passes over names that their vendors could not have", () => {
    const fallbackModels = { "openai/gpt-4o": ["anthropic/claude:x", "openai/gpt-4o/../gpt-4", "openai/gpt-4o-mini"] };
    expect(routes({ preferences: { fallback: true, fallbackModels } }, "openai/gpt-4o")).toEqual([
      "openai/gpt-4o platform_default",
      "openai/gpt-4o-mini platform_default",
    ]);
  });

  it("asks which vendor is meant, naming them", () => {
    const error = refusal({ credentials: both }, "gpt-4o");
    expect(error.code).toBe("INVALID_INPUT");
    expect(error.details?.["candidates"]).toEqual(["openai/gpt-4o", "azure/gpt-4o"]);
  });

  it.each([["openai/gpt-4o-minni"], ["gpt-4o-minni"], ["nobody/gpt-4o-mini"]])(
    "%s is unknown, with candidates",
    (model) => {
      const error = refusal({}, model);
      expect(error.code).toBe("MODEL_UNKNOWN");
      expect(error.details?.["candidates"]).toContain("openai/gpt-4o-mini");
    },
  );

  it("asks in words whether the nearest was meant, the asked vendor's own before others'", () => {
    expect(refusal({}, "openai/gpt-4o-minni").message).toMatch(/Did you mean openai\/gpt-4o-mini\?$/);
    expect(refusal({}, "azure/gpt-4o-minni").message).toMatch(/Did you mean azure\/gpt-4o-mini\?$/);
    expect(refusal({}, "openai/zzzzzzzz").message).toBe("No vendor offers openai/zzzzzzzz.");
  });

  it("suggests no model that is not allowed, and nothing where nothing is alike", () => {
    expect(
      refusal({ preferences: { modelAllowList: ["azure/*"] } }, "openai/gpt-4o-minni").details?.["candidates"],
    ).not.toContain("openai/gpt-4o-mini");
    expect(refusal({}, "openai/zzzzzzzz").details?.["candidates"]).toEqual([]);
    expect(refusal({}, "openai/").code).toBe("MODEL_UNKNOWN");
  });
});

describe("allow-lists", () => {
  it("names the list that refused: the organization's, or the platform's in its place", () => {
    const own = refusal({ preferences: { modelAllowList: ["anthropic/*"] } }, "openai/gpt-4o");
    expect([own.code, own.details?.["list"]]).toEqual(["MODEL_NOT_ALLOWED", "organization"]);
    const platform = refusal({ platformAllowList: ["anthropic/*"] }, "openai/gpt-4o");
    expect([platform.code, platform.details?.["list"]]).toEqual(["MODEL_NOT_ALLOWED", "platform"]);
    expect(refusal({ preferences: { modelAllowList: [] } }, "gpt-4o").code).toBe("MODEL_NOT_ALLOWED");
  });

  it("hold for every fallback, and are never answered around by one", () => {
    const fallbackModels = { "openai/gpt-4o": ["anthropic/claude-haiku-4-5", "openai/gpt-4o-mini"] };
    const preferences = { fallback: true, fallbackModels, modelAllowList: ["openai/*"] };
    expect(routes({ preferences }, "openai/gpt-4o")).toEqual([
      "openai/gpt-4o platform_default",
      "openai/gpt-4o-mini platform_default",
    ]);
    expect(refusal({ preferences: { ...preferences, modelAllowList: ["anthropic/*"] } }, "openai/gpt-4o").code).toBe(
      "MODEL_NOT_ALLOWED",
    );
  });
});

describe("capabilities", () => {
  it.each<[string, string, Partial<Needs>, string, string]>([
    ["tools", "openrouter/openai/gpt-4o", { tools: true }, operationAsked, "tools"],
    ["images", "openrouter/openai/gpt-4o", { images: true }, operationAsked, "images"],
    ["json", "anthropic/claude-haiku-4-5", { json: true }, operationAsked, "json"],
    ["a dialect", "azure/gpt-4o", { dialect: "openai.chat" }, operationAsked, "openai.chat"],
    ["the operation", "anthropic/claude-haiku-4-5", {}, "ai.embed", "ai.embed"],
    ["a model that embeds", "openai/text-embedding-3-small", {}, operationAsked, operationAsked],
    ["a model that generates", "openai/whisper-1", {}, operationAsked, operationAsked],
  ])("a vendor without %s is left out", (_name, model, needs, operation, missing) => {
    const error = refusal({}, requestOf(model, needs, { operation }));
    expect([error.code, error.details?.["missing"]]).toEqual(["CAPABILITY_MISSING", missing]);
  });

  it("a vendor that can is not", () => {
    expect(
      routes({}, requestOf("openai/gpt-4o", { tools: true, images: true, json: true, dialect: "openai.chat" })),
    ).toHaveLength(1);
  });
});

describe("prices", () => {
  it("a class without a price refuses the model, naming it", () => {
    const error = refusal({}, requestOf("openai/gpt-4o", {}, { unitClasses: ["input", "outputAudio"] }));
    expect([error.code, error.details?.["unpriced"]]).toEqual(["MODEL_UNPRICED", ["outputAudio"]]);
  });

  it("that count for the organization's own key leave the others without a price, and never lend them one", () => {
    const priced = book.priceSet({ vendor: "openai", model: "gpt-4o", at: 0, organizationId: "" });
    const credentials = { ollama: [credential("platform_default"), credential("byok")] };
    const priceSet: World["priceSet"] = (_vendor, _model, payer) => (payer === "byok" ? priced : null);
    const consent = { byokPolicy: "fallback-with-consent" } as const;
    for (const preferences of [{}, consent])
      expect(routes({ credentials, priceSet, preferences }, "ollama/llama3")).toEqual(["ollama/llama3 byok"]);
    const platform = { ollama: [credential("platform_default")] };
    expect(refusal({ credentials: platform, priceSet }, "ollama/llama3").code).toBe("MODEL_UNPRICED");
    expect(refusal({ credentials: {}, priceSet }, "ollama/llama3").code).toBe("MODEL_UNPRICED");
  });

  it("a model of an open list without any price is unpriced, not unknown", () => {
    expect(refusal({}, "ollama/llama3").code).toBe("MODEL_UNPRICED");
    expect(refusal({ priceSet: () => null }, requestOf("openai/gpt-4o", {}, { unitClasses: [] })).code).toBe(
      "MODEL_UNPRICED",
    );
  });

  it("a route carries the prices it was chosen at", () => {
    const [route] = chooseRoutes(requestOf("openai/gpt-4o"), worldOf({}));
    expect(route?.priceSet.tiers[0].prices[unitClasses.indexOf("input")]?.nanosPerMillion).toBe(2_500_000_000n);
  });
});

describe("credentials", () => {
  const three = { openai: [credential("platform_default"), credential("byok"), credential("org_override")] };
  const two = { openai: [credential("platform_default"), credential("org_override")] };

  it.each<[string, World, string[]]>([
    ["no other tier pays beside an own key", { credentials: three }, ["byok"]],
    [
      "unless the organization consented",
      { credentials: three, preferences: { byokPolicy: "fallback-with-consent" } },
      ["byok", "org_override", "platform_default"],
    ],
    ["without an own key the tiers follow each other", { credentials: two }, ["org_override", "platform_default"]],
  ])("%s", (_name, world, tiers) => {
    expect(chooseRoutes(requestOf("openai/gpt-4o"), worldOf(world)).map(({ credential }) => credential.tier)).toEqual(
      tiers,
    );
  });

  it("a model that lives in one account is out of a shared key's reach", () => {
    const tuned = "openai/ft:gpt-4o-2024-08-06:acme::AbC1";
    expect(refusal({}, tuned)).toMatchObject({ code: "CAPABILITY_MISSING", issues: [{ field: "model" }] });
    expect(routes({ credentials: three }, tuned)).toEqual([`${tuned} byok`]);
    expect(routes({ credentials: two }, tuned)).toEqual([`${tuned} org_override`]);
  });

  it("what is kept at a vendor is out of a shared key's reach", () => {
    const request = requestOf("openai/gpt-4o", {}, { heldField: "messages.0.content.0" });
    expect(refusal({}, request)).toMatchObject({
      code: "CAPABILITY_MISSING",
      issues: [{ field: "messages.0.content.0" }],
    });
    expect(routes({ credentials: three }, request)).toEqual(["openai/gpt-4o byok"]);
  });

  it.each([
    ["messages.2.audio", "transcript"],
    ["audio.voice", "by its name"],
  ])("and %s is told what does without it", (heldField, advice) => {
    const [issue] = refusal({}, requestOf("openai/gpt-4o", {}, { heldField })).issues ?? [];
    expect(issue).toMatchObject({ field: heldField, expected: expect.stringContaining(advice) });
  });

  it("none is an error that names the vendor", () => {
    const error = refusal({ credentials: {} }, "openai/gpt-4o");
    expect([error.code, error.details]).toEqual(["CREDENTIAL_MISSING", { vendor: "openai" }]);
  });
});

describe("fallback", () => {
  const fallbackModels = {
    "openai/gpt-4o": ["anthropic/claude-haiku-4-5", "nobody/x", "openai/gpt-4o", "anthropic/claude-haiku-4-5"],
  };

  it("follows the chain, then the same model elsewhere, each once", () => {
    expect(
      routes({ preferences: { fallback: true, fallbackModels, vendorOrder: ["azure", "openai"] } }, "openai/gpt-4o"),
    ).toEqual([
      "openai/gpt-4o platform_default",
      "anthropic/claude-haiku-4-5 platform_default",
      "azure/gpt-4o platform_default",
    ]);
  });

  it("is off where the organization has not asked for it", () => {
    expect(routes({ preferences: { fallbackModels, vendorOrder: ["azure", "openai"] } }, "openai/gpt-4o")).toEqual([
      "openai/gpt-4o platform_default",
    ]);
  });

  it("serves for a requested model without credential, price, capability or existence", () => {
    const preferences = {
      fallback: true,
      fallbackModels: { ...fallbackModels, "openai/gone": ["anthropic/claude-haiku-4-5"] },
    };
    const haiku = "anthropic/claude-haiku-4-5 platform_default";
    const credentials = { anthropic: [credential("platform_default")] };
    expect(routes({ preferences, credentials }, "openai/gpt-4o")).toEqual([haiku]);
    expect(routes({ preferences }, "openai/gone")).toEqual([haiku]);
  });

  it("skips what cannot serve and tells the requested model's obstacle where nothing can", () => {
    const preferences = { fallback: true, fallbackModels };
    expect(routes({ preferences }, requestOf("openai/gpt-4o", { json: true }))).toEqual([
      "openai/gpt-4o platform_default",
    ]);
    expect(refusal({ preferences, credentials: {} }, "openai/gpt-4o").details).toEqual({ vendor: "openai" });
  });

  it("reads no chain from an object's own machinery", () => {
    expect(refusal({ preferences: { fallback: true, fallbackModels: {} } }, "constructor").code).toBe("MODEL_UNKNOWN");
  });
});

describe("circuits", () => {
  const credentials = { openai: [credential("org_override"), credential("platform_default")] };
  const open = (reason: CircuitReason, retryAfterMs = 60_000, scope: CircuitScope = "model"): Circuit => ({
    state: "open",
    scope,
    reason,
    retryAfterMs,
  });

  it("an open one is passed over, a half-open one is not", () => {
    expect(routes({ credentials, circuits: { cred_org_override: open("errors", 5) } }, "openai/gpt-4o")).toEqual([
      "openai/gpt-4o platform_default",
    ]);
    expect(
      routes({ credentials, circuits: { cred_org_override: { state: "half_open" } } }, "openai/gpt-4o"),
    ).toHaveLength(2);
  });

  it("a failing own key under the strict policy fails the call", () => {
    const own = { openai: [credential("byok"), credential("platform_default")] };
    expect(refusal({ credentials: own, circuits: { cred_byok: open("credential") } }, "openai/gpt-4o").code).toBe(
      "PROVIDER_AUTH_FAILED",
    );
  });

  it.each<[Circuit, Circuit, string, number | undefined]>([
    [open("credential"), open("rate", 700), "PROVIDER_RATE_LIMITED", 700],
    [open("errors", 300), open("rate", 700), "PROVIDER_UNAVAILABLE", 300],
    [open("credential"), open("credential", 70_000), "PROVIDER_AUTH_FAILED", 60_000],
    [open("account", 5), open("credential"), "PROVIDER_ACCOUNT_EXHAUSTED", 5],
    [open("access", 5), open("credential"), "PROVIDER_REJECTED", 5],
    [open("unreachable", 5, "vendor"), open("credential"), "PROVIDER_UNAVAILABLE", 5],
  ])("with all open, the one that opens first answers", (first, second, code, retryAfterMs) => {
    const error = refusal(
      { credentials, circuits: { cred_org_override: first, cred_platform_default: second } },
      "openai/gpt-4o",
    );
    expect([error.code, error.retryAfterMs]).toEqual([code, retryAfterMs]);
    expect(error.details).toMatchObject({ vendor: "openai", model: "openai/gpt-4o", circuit: "open" });
  });
});

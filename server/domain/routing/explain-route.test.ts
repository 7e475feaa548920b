import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { credential, requestOf, worldOf, type World } from "../../../test/routing-world.ts";
import { credentialTiers } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { chooseRoutes } from "./choose-routes.ts";
import { explainRoute } from "./explain-route.ts";
import type { Circuit } from "./route.ts";

const shut: Circuit = { state: "open", scope: "credential", reason: "errors", retryAfterMs: 40_000 };

describe("an explanation", () => {
  it("tells of every model why it is looked at, and of every credential why it is not used", () => {
    const world: World = {
      preferences: {
        fallback: true,
        vendorOrder: ["azure"],
        fallbackModels: { "openai/gpt-4o": ["openai/gpt-4o-minni", "anthropic/claude-haiku-4-5"] },
      },
      credentials: {
        openai: [credential("platform_default"), credential("byok")],
        azure: [credential("org_override", "azure_override"), credential("platform_default", "azure_default")],
      },
      circuits: { azure_override: shut },
    };
    expect(explainRoute({ model: "openai/gpt-4o" }, worldOf(world))).toMatchObject({
      routes: [
        { vendor: "openai", model: "gpt-4o", credentialId: "cred_byok", tier: "byok" },
        { vendor: "azure", model: "gpt-4o", credentialId: "azure_default" },
      ],
      refusal: null,
      considered: [
        {
          model: "openai/gpt-4o",
          because: "requested",
          refusal: null,
          credentials: [
            { credentialId: "cred_byok", verdict: "used", retryAfterMs: null },
            { credentialId: "cred_platform_default", verdict: "own_key_pays" },
          ],
        },
        {
          model: "openai/gpt-4o-minni",
          because: "fallback_chain",
          refusal: { code: "MODEL_UNKNOWN", candidates: expect.arrayContaining(["openai/gpt-4o-mini"]) },
          credentials: [],
        },
        {
          model: "anthropic/claude-haiku-4-5",
          because: "fallback_chain",
          refusal: { code: "CREDENTIAL_MISSING" },
          credentials: [],
        },
        {
          model: "azure/gpt-4o",
          because: "same_model_elsewhere",
          credentials: [
            { credentialId: "azure_override", verdict: "circuit_open", retryAfterMs: 40_000 },
            { credentialId: "azure_default", verdict: "used" },
          ],
        },
      ],
    });
  });

  it("counts a shared key out for a model that lives in one account, and one without a price", () => {
    const both = { openai: [credential("platform_default"), credential("org_override")] };
    const tuned = explainRoute({ model: "openai/ft:gpt-4o-2024-08-06:acme::AbC1" }, worldOf({ credentials: both }));
    expect(tuned.considered[0]?.credentials.map(({ verdict }) => verdict)).toEqual(["used", "shared"]);
    const unpriced = explainRoute({ model: "openai/gpt-4o" }, worldOf({ priceSet: () => null }));
    expect(unpriced.refusal?.code).toBe("MODEL_UNPRICED");
    expect(unpriced.considered[0]?.credentials.map(({ verdict }) => verdict)).toEqual(["unpriced"]);
  });

  it("takes preferences as they might be, and what the call asks for", () => {
    const world = worldOf({ preferences: { fallback: true } });
    const routesOf = (input: Parameters<typeof explainRoute>[0]) =>
      explainRoute(input, world).routes.map(({ vendor }) => vendor);
    expect(routesOf({ model: "openai/gpt-4o" })).toEqual(["openai"]);
    expect(routesOf({ model: "openai/gpt-4o", vendorOrder: ["openrouter", "azure"] })).toEqual(["openai", "azure"]);
    expect(routesOf({ model: "openai/gpt-4o", vendorOrder: ["azure"], fallback: false })).toEqual(["openai"]);
    expect(explainRoute({ model: "openai/gpt-4o", modelAllowList: ["azure/*"] }, world).refusal?.code).toBe(
      "MODEL_NOT_ALLOWED",
    );
    expect(explainRoute({ model: "openrouter/openai/gpt-4o", tools: true }, world).refusal?.code).toBe(
      "CAPABILITY_MISSING",
    );
    expect(explainRoute({ model: "anthropic/claude-haiku-4-5", operation: "ai.embed" }, world).refusal?.code).toBe(
      "CAPABILITY_MISSING",
    );
  });
});

const models = [
  "openai/gpt-4o",
  "gpt-4o",
  "openai/gpt-4o-mini",
  "azure/gpt-4o",
  "anthropic/claude-haiku-4-5",
  "openai/ft:gpt-4o-2024-08-06:acme::AbC1",
  "ollama/llama3",
  "openai/whisper-1",
  "openai/gone",
  "nobody/x",
];
const vendorIds = ["openai", "azure", "anthropic", "openrouter", "ollama"];
const aModel = fc.constantFrom(...models);

const anyWorld: fc.Arbitrary<World> = fc.record({
  preferences: fc.record({
    fallback: fc.boolean(),
    vendorOrder: fc.shuffledSubarray(vendorIds),
    fallbackModels: fc.dictionary(aModel, fc.uniqueArray(aModel, { maxLength: 4 }), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    modelAllowList: fc.constantFrom(null, ["*"], ["openai/*"], ["azure/*", "anthropic/*"]),
    byokPolicy: fc.constantFrom("strict" as const, "fallback-with-consent" as const),
  }),
  credentials: fc
    .tuple(...vendorIds.map(() => fc.uniqueArray(fc.constantFrom(...credentialTiers), { maxLength: 3 })))
    .map((tiers) =>
      Object.fromEntries(
        vendorIds.map((id, index) => [id, (tiers[index] ?? []).map((tier) => credential(tier, `${id}_${tier}`))]),
      ),
    ),
  circuits: fc
    .shuffledSubarray(vendorIds.flatMap((id) => credentialTiers.map((tier) => `${id}_${tier}`)))
    .map((ids) => Object.fromEntries(ids.map((id) => [id, shut]))),
});

it("is of the routes and the refusal that a call gets, whatever the world is like", () => {
  fc.assert(
    fc.property(
      anyWorld,
      aModel,
      fc.record({ tools: fc.boolean(), images: fc.boolean(), json: fc.boolean() }),
      (said, model, needs) => {
        const world = worldOf(said);
        const { routes, refusal, considered } = explainRoute({ model, ...needs }, world);
        let called;
        try {
          called = chooseRoutes(requestOf(model, needs), world).map(({ vendor, credential: { id } }) => [vendor, id]);
        } catch (error) {
          if (!NexusError.is(error)) throw error;
          expect(refusal).toMatchObject({ code: error.code, message: error.message });
        }
        expect(routes.map(({ vendor, credentialId }) => [vendor, credentialId])).toEqual(called ?? []);
        expect(refusal === null).toBe(called !== undefined);
        // Where a model has routes they are those of its credentials that are used; where it has none, none is used
        // unless the refusal is of the model itself.
        for (const one of considered.filter((each) => each.refusal === null)) {
          const used = one.credentials
            .filter(({ verdict }) => verdict === "used")
            .map(({ credentialId }) => credentialId);
          const own = routes.filter((route) => `${route.vendor}/${route.model}` === one.model);
          expect(used).toEqual(own.map(({ credentialId }) => credentialId));
        }
      },
    ),
    { numRuns: 500 },
  );
});

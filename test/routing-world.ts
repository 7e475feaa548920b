import type { PricedVendor } from "../server/contracts/price-catalogue.ts";
import type { CredentialTier } from "../server/contracts/units.ts";
import { createPriceBook, importCatalogue } from "../server/domain/pricing/index.ts";
import type {
  Circuit,
  Needs,
  RoutingPreferences,
  RoutableCredential,
  RoutingRequest,
  RoutingVendor,
  RoutingWorld,
} from "../server/domain/routing/index.ts";

export const operationAsked = "ai.generateText";

/** A vendor that can do everything, but for what is said of it. */
export const vendor = (id: string, more: Partial<RoutingVendor> = {}): RoutingVendor => ({
  id,
  operations: new Map([
    [operationAsked, "text"],
    ["ai.embed", "embeddings"],
  ]),
  tools: true,
  images: true,
  json: true,
  dialects: new Set(),
  openModelList: false,
  models: { name: /^[A-Za-z0-9./-]+$/, nameExpected: `a name of ${id}'s`, skills: [] },
  ...more,
});

/** Five vendors, of which no two can do the same. */
export const routingVendors = [
  vendor("openai", {
    dialects: new Set(["openai.chat"]),
    models: {
      name: /^[a-z0-9.:-]+$/i,
      nameExpected: "a model of openai's",
      home: ["openai.chat"],
      owned: /^ft:/,
      skills: [
        [/^text-embedding-/, ["embeddings"]],
        [/^whisper/, []],
      ],
    },
  }),
  vendor("azure"),
  vendor("anthropic", {
    operations: new Map([[operationAsked, "text"]]),
    json: false,
    models: { name: /^[a-z0-9.-]+$/, nameExpected: "a model of anthropic's", makes: /^claude-/, skills: [] },
  }),
  vendor("openrouter", { tools: false, images: false }),
  vendor("ollama", { openModelList: true }),
];

export const book = createPriceBook(
  importCatalogue(
    new Map<string, PricedVendor>([
      ["openai", { catalogue: { id: "openai" } }],
      ["azure", { catalogue: { id: "azure", resells: true } }],
      ["anthropic", { catalogue: { id: "anthropic" } }],
      ["openrouter", { catalogue: { id: "openrouter" } }],
    ]),
  ),
  [],
);

export const credential = (tier: CredentialTier, id = `cred_${tier}`): RoutableCredential => ({ id, version: 1, tier });

/** What differs from a world in which the platform pays for everything. */
export interface World {
  preferences?: Partial<RoutingPreferences>;
  credentials?: Record<string, RoutableCredential[]>;
  platformAllowList?: string[];
  circuits?: Record<string, Circuit>;
  priceSet?: RoutingWorld<RoutableCredential>["priceSet"];
}

export const worldOf = ({
  preferences,
  credentials,
  platformAllowList = ["*"],
  circuits = {},
  priceSet,
}: World): RoutingWorld<RoutableCredential> => ({
  vendors: routingVendors,
  admitted: true,
  preferences: {
    vendorOrder: [],
    fallback: false,
    fallbackModels: {},
    modelAllowList: null,
    byokPolicy: "strict",
    requireApp: false,
    ...preferences,
  },
  platformAllowList,
  credentialsOf: (id) => (credentials ? (credentials[id] ?? []) : [credential("platform_default", `cred_${id}`)]),
  knows: (id, model) => book.knows(id, model, "org_1"),
  models: (id) => book.models(id, "org_1"),
  priceSet:
    priceSet ??
    ((vendorId, model) =>
      book.priceSet({ vendor: vendorId, model, at: Date.UTC(2026, 10, 21), organizationId: "org_a" })),
  circuit: (_vendor, _model, { id }) => circuits[id] ?? { state: "closed" },
});

export const requestOf = (
  requestedModel: string,
  needs: Partial<Needs> = {},
  more: Partial<RoutingRequest> = {},
): RoutingRequest => ({
  requestedModel,
  operation: operationAsked,
  dialect: "typed",
  needs: { tools: false, images: false, json: false, dialect: null, ...needs },
  unitClasses: ["input", "output"],
  ...more,
});

import { createCohere } from "@ai-sdk/cohere";
import { z } from "zod";
import { defineProvider } from "../../../contracts/provider.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { freeQuestion } from "../../_wire/free-question.ts";
import { isRecord } from "../../_wire/json.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { vendorFailure } from "../../_wire/vendor-failure.ts";
import { rerankWith } from "../_rerank/rerank-with.ts";
import { cohereBounds } from "./cohere-bounds.ts";
import { cohereDialect } from "./cohere-dialect.ts";
import { cohereErrors } from "./cohere-errors.ts";
import { cohereCatalogue, cohereModels, rankingUnitOf, tokensPerDocument } from "./cohere-models.ts";
import { embedCohere } from "./embed-cohere.ts";
import { fitCohere } from "./fit-cohere.ts";

type Credential = Readonly<Record<string, string>>;

const bearerOf = ({ apiKey = "" }: Credential): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${apiKey}`,
});
const headers = ({ credential }: { readonly credential: Credential }) => bearerOf(credential);

const chat: LanguageModelVendor = {
  dialect: cohereDialect,
  paths: { answer: "/v2/chat", stream: "/v2/chat" },
  fit: fitCohere,
  model: ({ credential, baseUrl, model }, fetch) =>
    createCohere({ apiKey: credential.apiKey ?? "", baseURL: `${baseUrl}/v2`, fetch })(model),
};

/** Cohere's models, over version 2 of its API: text, vectors and rankings. */
export const cohere = defineProvider({
  id: "cohere",
  name: "Cohere",
  family: "ai",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("Production or trial key") }),
  defaultBaseUrl: "https://api.cohere.com",
  customBaseUrl: false,
  docsUrl: "https://docs.cohere.com/reference/about",
  // https://docs.cohere.com/reference/check-api-key
  probe: freeQuestion({
    asks: "asks whether the key is valid",
    method: "POST",
    path: "/v1/check-api-key",
    headers: bearerOf,
    isAnswer: ({ status, document }) => status === 200 && isRecord(document) && document["valid"] === true,
    isUnfit: ({ status, document }) => status === 200 && isRecord(document) && document["valid"] === false,
    failure: ({ status, headers: answered, document, text }, secrets) =>
      vendorFailure({ status, headers: answered, document: document ?? text }, secrets, cohereErrors),
  }),
  models: cohereModels,
  catalogue: cohereCatalogue,
  ai: {
    generateText: generateTextWith(chat),
    streamText: streamTextWith(chat),
    embed: embedCohere(headers),
    rerank: rerankWith({
      path: "/v2/rerank",
      headers,
      errors: cohereErrors,
      meteredIn: rankingUnitOf,
      tokensPerDocument,
    }),
    native: {},
    onDisconnect: "drain",
    bounds: cohereBounds,
    // docs.cohere.com/docs/models: 4,000 tokens of the older models, 8,000 of Command A, 32,000 of those that think.
    defaultMaxOutputTokens: defaultOutputLimit([[/reasoning|command-a-plus/, 16_384]], 4_000),
  },
});

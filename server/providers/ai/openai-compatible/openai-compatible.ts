import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { z } from "zod";
import {
  defineProvider,
  type AiVendor,
  type ModelRules,
  type ProviderDefinition,
  type ProviderIo,
} from "../../../contracts/provider.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import {
  bearer,
  openAiChatDialect,
  openAiEmbeddingDialect,
  openAiNative,
  openAiPaths,
  refuseAddresses,
} from "../../_wire/openai-dialect.ts";
import { openRouterBounds, selfHostedBounds } from "./compatible-bounds.ts";
import { fitCompatible } from "./fit-compatible.ts";

import type { Dialect } from "../../_wire/tap.ts";
import { sealedPrice } from "./sealed-price.ts";

interface CompatibleVendor {
  readonly id: string;
  readonly name: string;
  readonly defaultBaseUrl: string;
  readonly docsUrl: string;
  readonly priceCatalogueId: string | undefined;
  /** Says what it charges, in USD, in `usage.cost`. */
  readonly tellsCost?: boolean;
  /** Passes a request on to one of several sellers, whose prices differ. */
  readonly choosesSeller?: boolean;
  readonly models: ModelRules;
  /** Runs on machines of the operator: any address, perhaps no key, no files by address. */
  readonly selfHosted: boolean;
}

/** By which a caller would choose who answers, and what else is bought. */
const refusedFields = { models: [], plugins: [], provider: [], preset: [], route: [], transforms: [] } as const;

const webUrls = { "image/*": [/^https:\/\//] };

/** A vendor that speaks OpenAI's chat and embeddings without being OpenAI. */
export const compatibleVendor = ({
  id,
  name,
  defaultBaseUrl,
  docsUrl,
  priceCatalogueId,
  tellsCost = false,
  choosesSeller = false,
  models,
  selfHosted,
}: CompatibleVendor): ProviderDefinition => {
  const sdk = (io: ProviderIo, fetch: typeof globalThis.fetch) =>
    createOpenAICompatible({
      name: id,
      baseURL: io.baseUrl,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
      ...(io.credential.apiKey ? { apiKey: io.credential.apiKey } : {}),
    });

  // Some servers know only max_tokens, and would leave the output unbounded for the newer name.
  const sealed = choosesSeller ? sealedPrice : (dialect: Dialect): Dialect => dialect;
  const dialect = sealed(openAiChatDialect("max_tokens", refusedFields, { tellsCost }));
  const embeddings = sealed(openAiEmbeddingDialect({ tellsCost }));
  const chat: LanguageModelVendor = {
    dialect,
    paths: openAiPaths.chat,
    fit: fitCompatible(id, id === "openrouter"),
    model: (io, fetch) => sdk(io, fetch).chatModel(io.model),
    urls: selfHosted ? {} : webUrls,
  };
  const ai: AiVendor = {
    generateText: generateTextWith(chat),
    streamText: streamTextWith(chat),
    embed: embedWith({
      dialect: embeddings,
      paths: openAiPaths.embeddings,
      model: (io, fetch) => sdk(io, fetch).embeddingModel(io.model),
    }),
    native: openAiNative({
      chat: dialect,
      embeddings,
      headers: bearer,
      ...(selfHosted ? { check: refuseAddresses } : {}),
    }),
    onDisconnect: selfHosted ? "abort" : "drain",
    bounds: selfHosted ? selfHostedBounds : openRouterBounds,
    defaultMaxOutputTokens: defaultOutputLimit([], 4_096),
  };
  const apiKey = z.string().max(512).describe("API key");
  return defineProvider({
    id,
    name,
    family: "ai",
    credential: z.strictObject({ apiKey: selfHosted ? apiKey.optional() : apiKey.min(1) }),
    defaultBaseUrl,
    customBaseUrl: selfHosted,
    priceCatalogueId,
    docsUrl,
    models,
    ai,
  });
};

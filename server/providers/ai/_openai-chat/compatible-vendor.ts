import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider, type ProviderDefinition } from "../../../contracts/provider.ts";
import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { fitCompatible } from "./fit-compatible.ts";
import { bearer, openAiChatDialect, openAiEmbeddingDialect, openAiNative, openAiPaths } from "./openai-dialect.ts";
import { refuseAddresses } from "./refuse-addresses.ts";

type Described = Pick<ProviderDefinition, "id" | "name" | "defaultBaseUrl" | "docsUrl" | "models">;

/** What sets a vendor of this wire apart from the others. */
interface CompatibleVendor extends Described {
  /** Runs on machines of the operator: any address, perhaps no key, no files by address. */
  readonly selfHosted: boolean;
  readonly bounds: VendorBounds;
  /** Says what it charges, in USD, in `usage.cost`. */
  readonly tellsCost?: boolean;
  /** Takes a number of tokens to think with, in `reasoning.max_tokens`. */
  readonly countsThinking?: boolean;
  /** What its requests must say beside the model and the output limit. */
  readonly enforce?: (dialect: Dialect) => Dialect;
}

/** By which a caller would choose who answers, and what else is bought. */
const refusedFields = { models: [], plugins: [], provider: [], preset: [], route: [], transforms: [] } as const;

const webUrls = { "image/*": [/^https:\/\//] };

/** A vendor that speaks OpenAI's chat and embeddings without being OpenAI. */
export const compatibleVendor = ({
  selfHosted,
  bounds,
  tellsCost = false,
  countsThinking = false,
  enforce = (dialect) => dialect,
  ...described
}: CompatibleVendor): ProviderDefinition => {
  const { id } = described;
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
  const dialect = enforce(openAiChatDialect("max_tokens", refusedFields, { tellsCost }));
  const embeddings = enforce(openAiEmbeddingDialect({ tellsCost }));
  const chat: LanguageModelVendor = {
    dialect,
    paths: openAiPaths.chat,
    fit: fitCompatible(id, countsThinking),
    model: (io, fetch) => sdk(io, fetch).chatModel(io.model),
    urls: selfHosted ? {} : webUrls,
  };
  const apiKey = z.string().max(512).describe("API key");
  return defineProvider({
    ...described,
    family: "ai",
    credential: z.strictObject({ apiKey: selfHosted ? apiKey.optional() : apiKey.min(1) }),
    customBaseUrl: selfHosted,
    ai: {
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
      bounds,
      defaultMaxOutputTokens: defaultOutputLimit([], 4_096),
    },
  });
};

import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider, type ProviderDefinition } from "../../../contracts/provider.ts";
import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { defaultOutputLimit, type OutputLimits } from "../../_wire/default-output-limit.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import type { ErrorRules } from "../../_wire/error-rules.ts";
import type { Fit } from "../../_wire/fit.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import type { RefusedFields } from "../../_wire/refuse-fields.ts";
import type { ReasoningPlace } from "../../_wire/usage-reading.ts";
import { chatErrors } from "./chat-errors.ts";
import { rerankWith } from "../_rerank/rerank-with.ts";
import { fitCompatible } from "./fit-compatible.ts";
import {
  bearer,
  openAiChatDialect,
  openAiEmbeddingDialect,
  openAiNative,
  openAiPaths,
  type OutputLimitField,
} from "./openai-dialect.ts";
import { refuseAddresses } from "./refuse-addresses.ts";

type Described = Pick<
  ProviderDefinition,
  "id" | "name" | "defaultBaseUrl" | "addressForm" | "docsUrl" | "models" | "catalogue" | "unsent"
>;

/** What sets a vendor of this wire apart from the others. */
interface CompatibleVendor extends Described {
  /** Runs on machines of the operator: any address, perhaps no key, no files by address. */
  readonly selfHosted: boolean;
  readonly bounds: VendorBounds;
  /** What its credential consists of beside a key. */
  readonly credential?: z.ZodRawShape;
  /** Has embeddings beside chat; true where absent. */
  readonly embeds?: boolean;
  /** Serves models that rank, at the path at which vLLM, LiteLLM, llama.cpp and Jina do. */
  readonly ranks?: boolean;
  /** Its own words for refusals, beside those of the wire. */
  readonly errors?: ErrorRules;
  /** Where its reasoning is counted; as its totals show where absent. */
  readonly reasoningPlace?: ReasoningPlace;
  /** Output limits for callers who name none, below the models' own; 4,096 for models that match none. */
  readonly outputLimits?: OutputLimits;
  /** The name of the output limit; `max_tokens` where absent, as some servers would leave the output unbounded for the newer. */
  readonly limit?: OutputLimitField;
  /** Fields that sell what was not reserved, beside those of the wire; the values that may be sent. */
  readonly refuses?: RefusedFields;
  /** Says what it charges, in USD, in its usage. */
  readonly tellsCost?: boolean;
  /** Takes a number of tokens to think with, in `reasoning.max_tokens`. */
  readonly countsThinking?: boolean;
  /** What of a typed request has to be put otherwise, beside the rules of the wire. */
  readonly fit?: (fit: Fit) => Fit;
  /** A question that is answered with a valid key alone; the list of models where absent. */
  readonly keyQuestion?: { readonly asks: string; readonly path: string };
  /** What its requests must say beside the model and the output limit. */
  readonly enforce?: (dialect: Dialect) => Dialect;
  /** The same of requests for embeddings; `enforce` where absent. */
  readonly enforceEmbeddings?: (dialect: Dialect) => Dialect;
}

/** By which a caller would choose who answers, and what else is bought. */
const refusedFields = { models: [], plugins: [], provider: [], preset: [], route: [], transforms: [] } as const;

const webUrls = { "image/*": [/^https:\/\//] };

/** A vendor that speaks OpenAI's chat and embeddings without being OpenAI. */
export const compatibleVendor = ({
  selfHosted,
  bounds,
  credential: further = {},
  embeds = true,
  ranks = false,
  errors = chatErrors,
  reasoningPlace,
  outputLimits = [],
  limit = "max_tokens",
  refuses = {},
  tellsCost = false,
  countsThinking = false,
  fit = (wire) => wire,
  enforce = (dialect) => dialect,
  enforceEmbeddings = enforce,
  keyQuestion = { asks: "lists the models", path: "/models" },
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

  const told = { tellsCost, ...(reasoningPlace === undefined ? {} : { reasoningPlace }) };
  const dialect = { ...enforce(openAiChatDialect(limit, { ...refusedFields, ...refuses }, told)), errors };
  const embeddings = embeds ? { ...enforceEmbeddings(openAiEmbeddingDialect({ tellsCost })), errors } : undefined;
  const chat: LanguageModelVendor = {
    dialect,
    paths: openAiPaths.chat,
    fit: fit(fitCompatible(id, countsThinking)),
    model: (io, fetch) => sdk(io, fetch).chatModel(io.model),
    urls: selfHosted ? {} : webUrls,
  };
  const apiKey = z.string().max(512);
  return defineProvider({
    ...described,
    family: "ai",
    credential: z.strictObject({
      apiKey: (selfHosted ? apiKey.optional() : apiKey.min(1)).describe("API key"),
      ...further,
    }),
    customBaseUrl: selfHosted,
    probe: modelsProbe({ ...keyQuestion, listed: "data", headers: (credential) => bearer({ credential }), errors }),
    ai: {
      generateText: generateTextWith(chat),
      streamText: streamTextWith(chat),
      ...(embeddings === undefined
        ? {}
        : {
            embed: embedWith({
              dialect: embeddings,
              paths: openAiPaths.embeddings,
              model: (io, fetch) => sdk(io, fetch).embeddingModel(io.model),
            }),
          }),
      ...(ranks ? { rerank: rerankWith({ path: "/rerank", headers: bearer, errors, meteredIn: () => "input" }) } : {}),
      native: openAiNative({
        chat: dialect,
        ...(embeddings === undefined ? {} : { embeddings }),
        headers: bearer,
        ...(selfHosted ? { check: refuseAddresses } : {}),
      }),
      onDisconnect: selfHosted ? "abort" : "drain",
      bounds,
      defaultMaxOutputTokens: defaultOutputLimit(outputLimits, 4_096),
    },
  });
};

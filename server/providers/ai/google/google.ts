import { createGoogle } from "@ai-sdk/google";
import { z } from "zod";
import type { ProviderIo, TierRate } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { isRecord, type JsonRecord } from "../../_wire/json.ts";
import { nativeCount } from "../../_wire/native-count.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { googleBounds } from "./google-bounds.ts";
import { fitGoogle } from "./fit-google.ts";
import { endContinuation, enforceGoogleLimits } from "./google-dialect.ts";
import { googleErrors } from "./google-errors.ts";
import { googleCatalogue } from "./google-catalogue.ts";
import { googleModels } from "./google-models.ts";
import { tidyGoogle } from "./tidy-google.ts";
import { googleEmbeddingReader, googleReader } from "./google-reader.ts";

const sdk = (io: ProviderIo, fetch: typeof globalThis.fetch) =>
  createGoogle({ apiKey: io.credential.apiKey ?? "", baseURL: io.baseUrl, fetch });

const gemini: LanguageModelVendor = {
  dialect: {
    reader: googleReader,
    enforceLimits: enforceGoogleLimits,
    errors: googleErrors,
    adjust: endContinuation,
    tidy: () => tidyGoogle,
    usageName: "usageMetadata",
  },
  signatures: { google: ["thoughtSignature"] },
  paths: {
    answer: "/models/{model}:generateContent",
    stream: "/models/{model}:streamGenerateContent?alt=sse",
  },
  fit: fitGoogle,
  model: (io, fetch) => sdk(io, fetch).chat(io.model),
  urls: { "video/*": [/^https:\/\/(?:www\.)?youtube\.com\/watch\?v=[\w-]+$/, /^https:\/\/youtu\.be\/[\w-]+$/] },
};

const native = {
  dialect: gemini.dialect,
  headers: ({ credential }: ProviderIo) => ({ "x-goog-api-key": credential.apiKey ?? "" }),
  passes: [],
  // That it is a stream stands in the address.
  streamed: (body: Readonly<Record<string, unknown>>) => body,
};

const embedding: Dialect = {
  reader: googleEmbeddingReader,
  enforceLimits: (body) => body,
  errors: googleErrors,
  usageName: "usageMetadata",
};

/** Each request names its model again. */
const namedModel = (body: JsonRecord, { model }: ProviderIo): JsonRecord => {
  const name = `models/${model}`;
  return Array.isArray(body.requests)
    ? { requests: body.requests.filter(isRecord).map((request) => ({ ...request, model: name })) }
    : { ...body, model: name };
};

/**
 * Flex costs half; priority 75 to 100 % more than standard, of which the most is taken; provisioned capacity is paid for
 * beforehand. Origin: ai.google.dev/gemini-api/docs/priority-inference, /flex-inference.
 */
const googleTierRate = (_model: string, tier: string): TierRate | undefined => {
  if (["standard", "unspecified", "on_demand", "provisioned_throughput", "traffic_type_unspecified"].includes(tier))
    return { numerator: 1n, denominator: 1n };
  if (tier === "flex") return { numerator: 1n, denominator: 2n };
  return tier === "priority" ? { numerator: 2n, denominator: 1n } : undefined;
};

/** Google's Gemini API, over generateContent. */
export const google = defineProvider({
  id: "google",
  name: "Google Gemini",
  family: "ai",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("API key of Google AI Studio") }),
  defaultBaseUrl: "https://generativelanguage.googleapis.com/v1beta",
  customBaseUrl: false,
  docsUrl: "https://ai.google.dev/api/generate-content",
  // https://ai.google.dev/api/models#method:-models.list
  probe: modelsProbe({
    path: "/models?pageSize=1",
    listed: "models",
    headers: ({ apiKey = "" }) => ({ "x-goog-api-key": apiKey }),
    errors: googleErrors,
  }),
  models: googleModels,
  catalogue: googleCatalogue,
  ai: {
    generateText: generateTextWith(gemini),
    streamText: streamTextWith(gemini),
    embed: embedWith({
      dialect: embedding,
      paths: ["/models/{model}:embedContent", "/models/{model}:batchEmbedContents"],
      model: (io, fetch) => sdk(io, fetch).embedding(io.model),
    }),
    native: {
      "google.generateContent": {
        answer: nativeAnswer(native),
        stream: nativeStream(native),
        count: nativeCount({
          ...native,
          errors: googleErrors,
          counted: "totalTokens",
          body: ({ body }, { model }) => ({ generateContentRequest: { ...body, model: `models/${model}` } }),
        }),
      },
      "google.embedContent": {
        answer: nativeAnswer({ ...native, dialect: { ...embedding, enforceLimits: namedModel } }),
      },
    },
    onDisconnect: "drain",
    tierRate: googleTierRate,
    bounds: googleBounds,
    // From 2.5 on, models think before the first word; a picture takes up to 2,520.
    defaultMaxOutputTokens: defaultOutputLimit(
      [
        [/image/, 4_096],
        [/^gemini-(1|2\.0)/, 8_192],
        [/^gemini-/, 16_384],
      ],
      8_192,
    ),
  },
});

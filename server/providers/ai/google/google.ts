import { createGoogle } from "@ai-sdk/google";
import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { isRecord, type JsonRecord } from "../../_wire/json.ts";
import { nativeCount } from "../../_wire/native-count.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { geminiOutputLimit, geminiPass, geminiText, googleTierRate } from "../_gemini/gemini-vendor.ts";
import { googleBounds } from "../_gemini/google-bounds.ts";
import { googleCatalogue } from "../_gemini/google-catalogue.ts";
import { withReachableFiles } from "../_gemini/google-dialect.ts";
import { googleErrors } from "../_gemini/google-errors.ts";
import { googleEmbeddingReader } from "../_gemini/google-reader.ts";
import { videoBound } from "../../_wire/video-seconds.ts";
import { googleFiles } from "./files.ts";
import { googleVideos } from "./videos.ts";
import { googleModels } from "./google-models.ts";

const sdk = (io: ProviderIo, fetch: typeof globalThis.fetch) =>
  createGoogle({ apiKey: io.credential.apiKey ?? "", baseURL: io.baseUrl, fetch });

const gemini: LanguageModelVendor = {
  ...geminiText,
  model: (io, fetch) => sdk(io, fetch).chat(io.model),
  fileReference: ({ vendorFileId }, { baseUrl }) => `${baseUrl}/files/${vendorFileId}`,
};

const native = {
  ...geminiPass(({ credential }) => ({ "x-goog-api-key": credential.apiKey ?? "" })),
  dialect: gemini.dialect,
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
          body: ({ body }, io) => ({
            generateContentRequest: {
              ...withReachableFiles(body, io),
              model: `models/${io.model}`,
            },
          }),
        }),
      },
      "google.embedContent": {
        answer: nativeAnswer({ ...native, dialect: { ...embedding, enforceLimits: namedModel } }),
      },
    },
    files: googleFiles,
    videos: googleVideos,
    onDisconnect: "drain",
    tierRate: googleTierRate,
    bounds: {
      ...googleBounds,
      made: (made, model) => (made.kind === "video" ? videoBound(googleVideos.plan(made, model)) : undefined),
    },
    defaultMaxOutputTokens: geminiOutputLimit,
  },
});

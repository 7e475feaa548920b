import { createOpenAI } from "@ai-sdk/openai";
import { z } from "zod";
import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { roughly } from "../../_wire/search-tool.ts";
import { imageWith } from "../../_wire/image-model.ts";
import { embedWith } from "../../_wire/embedding-model.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { openAiBounds } from "./openai-bounds.ts";
import { editImagesWith, nativeImages } from "./edit-images.ts";
import type { PlainDialect } from "../../_wire/dialect.ts";
import { openAiBatches } from "./batches.ts";
import { filesWith } from "./files.ts";
import { imageDialect } from "./image-dialect.ts";
import { imageOptions } from "./image-options.ts";
import { moderateWith, moderationDialect } from "./moderate.ts";
import { generateSpeechWith, nativeSpeech } from "./speech.ts";
import { nativeTranscription, transcribeWith } from "./transcribe.ts";
import { openAiModels } from "./openai-models.ts";
import { openAiTierRate } from "./tier-rate.ts";
import { realtimeSessions } from "../_openai-realtime/realtime-sessions.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";
import {
  bearer,
  openAiChatDialect,
  openAiEmbeddingDialect,
  openAiNative,
  openAiPaths,
} from "../_openai-chat/openai-dialect.ts";
import { fitOpenAiResponses } from "./fit-openai-responses.ts";
import { fitOpenAi } from "./fit-openai.ts";
import { openAiResponsesDialect } from "./responses-dialect.ts";
import { chatOnly } from "./chat-only.ts";
import { openAiSearchPrice } from "./search-bound.ts";
import { responsesOnly } from "./responses-only.ts";
import { ownFieldsOnly } from "./own-fields-only.ts";

const sdk = (io: ProviderIo, fetch: typeof globalThis.fetch) => {
  const { apiKey = "", organization, project } = io.credential;
  return createOpenAI({
    apiKey,
    baseURL: io.baseUrl,
    fetch,
    ...(organization ? { organization } : {}),
    ...(project ? { project } : {}),
  });
};

const headers = (io: Pick<ProviderIo, "credential">): Readonly<Record<string, string>> => ({
  ...bearer(io),
  ...(io.credential.organization ? { "openai-organization": io.credential.organization } : {}),
  ...(io.credential.project ? { "openai-project": io.credential.project } : {}),
});

// Every chat model takes max_completion_tokens; the reasoning models refuse max_tokens.
const base = openAiChatDialect("max_completion_tokens", {}, { reasoningPlace: "inside" });

const dialect: PlainDialect = {
  ...base,
  // Unasked, a project's settings choose the tier, and with it a price that was not reserved.
  enforceLimits: (body, io) => ({ ...base.enforceLimits(ownFieldsOnly(body), io), service_tier: "default" }),
};
const embeddings = openAiEmbeddingDialect();

const chat: LanguageModelVendor = {
  dialect,
  fit: fitOpenAi,
  paths: openAiPaths.chat,
  model: (io, fetch) => sdk(io, fetch).chat(io.model),
};

/** For models that chat completions do not serve. Their thinking comes encrypted, and goes back as it came. */
const overResponses: LanguageModelVendor = {
  dialect: openAiResponsesDialect,
  fit: fitOpenAiResponses,
  paths: { answer: "/responses", stream: "/responses" },
  model: (io, fetch) => sdk(io, fetch).responses(io.model),
  signatures: { openai: ["itemId", "reasoningEncryptedContent"] },
  searchTool: ({ allowedDomains, blockedDomains, contextSize, userLocation }) => ({
    id: "openai.web_search",
    name: "web_search",
    args: {
      ...(allowedDomains === undefined && blockedDomains === undefined
        ? {}
        : { filters: { allowedDomains, blockedDomains } }),
      searchContextSize: contextSize,
      ...roughly(userLocation),
    },
  }),
};

/** Chat completions of these models do not search. */
const wayOf = (input: GenerateTextInput, model: string): LanguageModelVendor =>
  responsesOnly(model) || input.webSearch !== undefined ? overResponses : chat;

const responses = { dialect: openAiResponsesDialect, headers, passes: ["openai-beta"], namesEvents: true };

const generateImages = imageWith({
  dialect: imageDialect,
  paths: ["/images/generations"],
  model: (io, fetch) => sdk(io, fetch).image(io.model),
  options: imageOptions,
});
const editImages = editImagesWith(headers);

const native = openAiNative({ chat: dialect, embeddings, headers });

/** OpenAI, over chat completions, and over responses where a model is served by them alone. */
export const openai = defineProvider({
  id: "openai",
  name: "OpenAI",
  family: "ai",
  credential: z.strictObject({
    apiKey: z.string().min(1).max(512).describe("Secret key, begins with sk-"),
    organization: z.string().max(128).optional().describe("Organization id, for keys of several organizations"),
    project: z.string().max(128).optional().describe("Project id"),
  }),
  defaultBaseUrl: "https://api.openai.com/v1",
  customBaseUrl: false,
  docsUrl: "https://platform.openai.com/docs/api-reference",
  // https://platform.openai.com/docs/api-reference/models/list
  probe: modelsProbe({
    path: "/models",
    listed: "data",
    headers: (credential) => headers({ credential }),
    errors: chatErrors,
  }),
  models: openAiModels,
  // https://platform.openai.com/docs/guides/moderation: "The moderation endpoint is free to use."
  catalogue: {
    id: "openai",
    searchesAt: openAiSearchPrice,
    free: ["omni-moderation-latest", "omni-moderation-2024-09-26"],
    // The catalogue's output rate of these models is that of the images, or the sound, that they make.
    billedAsOutput: (model) =>
      model.startsWith("gpt-image-") ? ["outputImage"] : model.endsWith("-tts") ? ["outputAudio"] : [],
    listed: [
      { model: "tts-1", prices: { input_mchars: 15 }, source: "https://platform.openai.com/docs/models/tts-1" },
      { model: "tts-1-hd", prices: { input_mchars: 30 }, source: "https://platform.openai.com/docs/models/tts-1-hd" },
    ],
  },
  ai: {
    generateText: (input, io) => generateTextWith(wayOf(input, io.model))(input, io),
    streamText: (input, io) => streamTextWith(wayOf(input, io.model))(input, io),
    embed: embedWith({
      dialect: embeddings,
      paths: openAiPaths.embeddings,
      model: (io, fetch) => sdk(io, fetch).embedding(io.model),
    }),
    moderate: moderateWith(headers),
    generateImage: (input, io) => (input.files === undefined ? generateImages : editImages)(input, io),
    generateSpeech: generateSpeechWith(headers),
    transcribe: transcribeWith(headers),
    native: {
      ...native,
      "openai.chat": { ...native["openai.chat"], serves: (model) => !responsesOnly(model) },
      "openai.images": nativeImages(headers),
      "openai.responses": {
        answer: nativeAnswer(responses),
        stream: nativeStream(responses),
        serves: (model) => !chatOnly(model),
      },
      "openai.speech": nativeSpeech(headers),
      "openai.transcriptions": nativeTranscription(headers),
      "openai.moderations": {
        answer: nativeAnswer({ dialect: moderationDialect, headers, passes: ["openai-beta"] }),
      },
    },
    files: filesWith(headers),
    batches: openAiBatches({
      headers,
      dialects: {
        "openai.chat": dialect,
        "openai.responses": openAiResponsesDialect,
        "openai.embeddings": embeddings,
      },
    }),
    realtime: realtimeSessions({ headers }),
    onDisconnect: "drain",
    tierRate: openAiTierRate,
    bounds: openAiBounds,
    // Reasoning models spend output before the first word.
    defaultMaxOutputTokens: defaultOutputLimit([[/^(o\d|gpt-[5-9])/, 16_384]], 4_096),
  },
});

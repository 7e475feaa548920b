import type {
  EmbeddingModelV4,
  Experimental_VideoModelV4 as VideoModelV4,
  ImageModelV4,
  LanguageModelV4,
  ProviderV4,
  RerankingModelV4,
  SpeechModelV4,
  TranscriptionModelV4,
} from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusFacts } from "../types.ts";
import { contentOf, toFinishReason, factsMetadata, toUsage, warningOf } from "./answered.ts";
import { callOptionsOf, vendorOptionsOf } from "./call-choices.ts";
import { generateTextInputOf } from "./generate-text-input.ts";
import { imageModel } from "./image-model.ts";
import { presentFields } from "./present-fields.ts";
import { rerankingModel } from "./reranking-model.ts";
import { speechModel } from "./speech-model.ts";
import { transcriptionModel } from "./transcription-model.ts";
import { videoModel } from "./video-model.ts";
import type { NexusWebSearch } from "./web-search.ts";
import { streamOf } from "./streamed.ts";

/** What stands in `providerMetadata.nexus` of an answer. */
export type NexusCallFacts = NexusFacts;

/** What may stand in `providerOptions.nexus` of a call. */
export interface NexusProviderOptions {
  /**
   * The same key and request are answered, and paid for, once within 24 hours. An agent's steps are requests of their
   * own: one key serves all of them.
   */
  readonly idempotencyKey?: string;
  /** Lets the model search the web, at vendors whose search can be bounded; their own search tools do so, too. */
  readonly webSearch?: NexusWebSearch;
  /** The calling app's customer whose wallet pays, too. */
  readonly customerId?: string;
}

/** Models of every vendor for the AI SDK, by `vendor/model`. */
export interface NexusAiProvider extends ProviderV4 {
  /** A language model: `nexus("anthropic/claude-sonnet-4-5")`. */
  (modelId: string): LanguageModelV4;
  /** A language model: `nexus.languageModel("anthropic/claude-sonnet-4-5")`. */
  readonly languageModel: (modelId: string) => LanguageModelV4;
  /** A model that turns texts into vectors: `nexus.embeddingModel("openai/text-embedding-3-small")`. */
  readonly embeddingModel: (modelId: string) => EmbeddingModelV4;
  /** A model that ranks documents: `nexus.reranking("cohere/rerank-v4.0-fast")`. */
  readonly reranking: (modelId: string) => RerankingModelV4;
  /** The same by the AI SDK's own name. */
  readonly rerankingModel: (modelId: string) => RerankingModelV4;
  /** A model that makes images: `nexus.image("openai/gpt-image-1.5")`. */
  readonly image: (modelId: string) => ImageModelV4;
  /** The same by the AI SDK's own name. */
  readonly imageModel: (modelId: string) => ImageModelV4;
  /** A model that says a text: `nexus.speech("openai/gpt-4o-mini-tts")`. */
  readonly speech: (modelId: string) => SpeechModelV4;
  /** The same by the AI SDK's own name. */
  readonly speechModel: (modelId: string) => SpeechModelV4;
  /** A model that writes down what is said: `nexus.transcription("openai/whisper-1")`. */
  readonly transcription: (modelId: string) => TranscriptionModelV4;
  /** The same by the AI SDK's own name. */
  readonly transcriptionModel: (modelId: string) => TranscriptionModelV4;
  /** A model that makes videos: `nexus.video("google/veo-3.1-fast-generate-preview")`. */
  readonly video: (modelId: string) => VideoModelV4;
  /** The same by the AI SDK's own name. */
  readonly videoModel: (modelId: string) => VideoModelV4;
}

type Models = Pick<NexusClient, "ai">;

const languageModel = (client: Models, modelId: string): LanguageModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  // Nexus hands addresses on to the vendor, which fetches them.
  supportedUrls: { "*/*": [/^https:\/\//] },
  async doGenerate(options) {
    const { input, warnings } = generateTextInputOf(modelId, options);
    const answer = await client.ai.generateText.mutate(input, await callOptionsOf(options, input));
    return {
      content: contentOf(answer.content),
      finishReason: toFinishReason(answer.finishReason),
      usage: toUsage(answer.usage),
      warnings: [...warnings, ...answer.warnings.map(warningOf)],
      providerMetadata: factsMetadata(answer.nexus),
      request: { body: input },
      response: { id: answer.nexus.operationId, modelId: answer.nexus.model },
    };
  },
  async doStream(options) {
    const { input, warnings } = generateTextInputOf(modelId, options);
    const parts = await client.ai.streamText.mutate(input, await callOptionsOf(options, input));
    return { stream: streamOf(parts, warnings), request: { body: input } };
  },
});

const mostValues = 2_048;

const embeddingModel = (client: Models, modelId: string): EmbeddingModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  maxEmbeddingsPerCall: mostValues,
  supportsParallelCalls: true,
  async doEmbed(options) {
    const { values, dimensions } = options;
    const input = {
      model: modelId,
      values,
      ...presentFields({ dimensions }),
      ...vendorOptionsOf(options),
    };
    const answer = await client.ai.embed.mutate(input, await callOptionsOf(options, input));
    return {
      embeddings: answer.embeddings,
      ...(answer.usage.inputTokens === null ? {} : { usage: { tokens: answer.usage.inputTokens } }),
      providerMetadata: factsMetadata(answer.nexus),
      warnings: [],
    };
  },
});

/**
 * A provider of the AI SDK whose models are called through Nexus: metered, within budgets, repeated only where that is
 * free. Errors are `NexusClientError`; the AI SDK's own `maxRetries` has nothing left to do.
 *
 * @example
 * const nexus = createNexusProvider(createNexusClient({ baseUrl: "https://nexus.topolo.app", credential: { apiKey } }));
 * const { textStream } = streamText({ model: nexus("anthropic/claude-sonnet-4-5"), prompt: "Tell me a story." });
 */
export const createNexusProvider = (client: Models): NexusAiProvider => {
  const language = (modelId: string): LanguageModelV4 => languageModel(client, modelId);
  const image = (modelId: string): ImageModelV4 => imageModel(client, modelId);
  const reranking = (modelId: string): RerankingModelV4 => rerankingModel(client, modelId);
  const speech = (modelId: string): SpeechModelV4 => speechModel(client, modelId);
  const transcription = (modelId: string): TranscriptionModelV4 => transcriptionModel(client, modelId);
  const video = (modelId: string): VideoModelV4 => videoModel(client, modelId);
  return Object.assign((modelId: string): LanguageModelV4 => language(modelId), {
    specificationVersion: "v4" as const,
    languageModel: language,
    embeddingModel: (modelId: string): EmbeddingModelV4 => embeddingModel(client, modelId),
    reranking,
    rerankingModel: reranking,
    image,
    imageModel: image,
    speech,
    speechModel: speech,
    transcription,
    transcriptionModel: transcription,
    video,
    videoModel: video,
  });
};

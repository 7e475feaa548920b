import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { CountRequest, MessagesRequest } from "../anthropic/messages-request.ts";
import { ChatRequest } from "../openai/chat-request.ts";
import { EmbeddingsRequest } from "../openai/embeddings-request.ts";
import { ImageEditsRequest } from "../openai/image-edits-request.ts";
import { ImagesRequest } from "../openai/images-request.ts";
import { ModerationsRequest } from "../openai/moderations-request.ts";
import { RerankRequest } from "../openai/rerank-request.ts";
import { anthropicBatchPaths, openAiBatchPaths } from "./batch-paths.ts";
import { filePaths } from "./file-paths.ts";
import { openAiError } from "./openai-error.ts";
import { responsePaths } from "./response-paths.ts";
import { SpeechRequest } from "../openai/speech-request.ts";
import { TranscriptionsRequest } from "../openai/transcriptions-request.ts";
import { dialectFailure, dialectOperation, dialectSecurity, neededPermission } from "./dialect-operation.ts";

// Requests are described by the schemas that check them. Of answers, which vendors may extend, what clients rely on is said.

const tokens = z.int().min(0);

const chatCompletion = z
  .looseObject({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.looseObject({
        index: z.int(),
        finish_reason: z.string().nullable(),
        message: z.looseObject({
          role: z.literal("assistant"),
          content: z.string().nullish(),
          audio: z
            .looseObject({ id: z.string(), data: z.string(), transcript: z.string(), expires_at: z.int() })
            .nullish()
            .describe("Where it is spoken: the sound as Base64, in the format that was asked for, and what is said"),
        }),
      }),
    ),
    usage: z.looseObject({ prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens }).optional(),
  })
  .meta({ id: "ChatCompletion" });

const embeddings = z
  .looseObject({
    object: z.literal("list"),
    model: z.string(),
    data: z.array(
      z.looseObject({
        object: z.literal("embedding"),
        index: z.int(),
        embedding: z.union([z.array(z.number()), z.string()]).describe("Numbers, or Base64 where it was asked for"),
      }),
    ),
    usage: z.looseObject({ prompt_tokens: tokens, total_tokens: tokens }),
  })
  .meta({ id: "EmbeddingList" });

const images = z
  .looseObject({
    created: z.int(),
    data: z.array(z.looseObject({ b64_json: z.string().describe("The file, as Base64") })),
    usage: z.looseObject({ input_tokens: tokens, output_tokens: tokens, total_tokens: tokens }).optional(),
  })
  .meta({ id: "ImageList" });

const imageFile = z.string().meta({ format: "binary" });
const imageEditForm = ImageEditsRequest.extend({
  image: imageFile.describe("What is edited: a PNG, JPEG or WebP image; several are sent as image[]"),
  mask: imageFile.describe("A PNG as large as the image: where it is transparent, that is drawn anew").optional(),
});

const transcript = z.looseObject({ text: z.string() }).meta({ id: "Transcription" });

const uploaded = { file: z.string().meta({ format: "binary" }).describe("The recording, of up to 25 MB") };
const transcriptionForm = TranscriptionsRequest.extend(uploaded);
const translationForm = TranscriptionsRequest.pick({
  model: true,
  prompt: true,
  response_format: true,
  temperature: true,
}).extend(uploaded);
const plainTranscripts = ["text/plain", "application/x-subrip", "text/vtt"];

const moderation = z
  .looseObject({
    id: z.string(),
    model: z.string(),
    results: z.array(z.looseObject({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean().nullable()) })),
  })
  .meta({ id: "Moderation" });

const ranking = z
  .looseObject({
    id: z.string(),
    model: z.string(),
    results: z.array(
      z.looseObject({
        index: z.int(),
        relevance_score: z.number(),
        document: z.looseObject({ text: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: "Ranking" });

const message = z
  .looseObject({
    id: z.string(),
    type: z.literal("message"),
    role: z.literal("assistant"),
    model: z.string(),
    content: z.array(z.looseObject({ type: z.string() })),
    stop_reason: z.string().nullable(),
    usage: z.looseObject({ input_tokens: tokens, output_tokens: tokens }),
  })
  .meta({ id: "AnthropicMessage" });

const tokenCount = z.looseObject({ input_tokens: tokens }).meta({ id: "TokenCount" });

const model = z.looseObject({ id: z.string().describe("vendor/model") }).meta({ id: "Model" });

const modelList = z.looseObject({ data: z.array(model) }).meta({ id: "ModelList" });

const anthropicError = z
  .looseObject({
    type: z.literal("error"),
    error: z.looseObject({ type: z.string(), message: z.string(), code: z.string(), docs: z.string() }),
    request_id: z.string(),
  })
  .meta({ id: "AnthropicError" });

const hello = [{ role: "user", content: "Name three rivers." }];
const chatModel = "openai/gpt-4o-mini";
const claude = "anthropic/claude-sonnet-4-5";

/** The APIs of OpenAI and Anthropic, as far as they are served under `/v1`. */
export const vendorPaths: ZodOpenApiPathsObject = {
  "/v1/chat/completions": dialectOperation({
    operationId: "createChatCompletion",
    summary: "Generate text, in OpenAI's dialect",
    tag: "OpenAI API",
    request: ChatRequest,
    example: { model: chatModel, messages: hello, max_completion_tokens: 100 },
    answer: chatCompletion,
    error: openAiError,
    streams: true,
  }),
  ...responsePaths,
  "/v1/embeddings": dialectOperation({
    operationId: "createEmbeddings",
    summary: "Turn texts into vectors, in OpenAI's dialect",
    tag: "OpenAI API",
    request: EmbeddingsRequest,
    example: { model: "openai/text-embedding-3-small", input: ["sunny day at the beach"] },
    answer: embeddings,
    error: openAiError,
  }),
  "/v1/images/generations": dialectOperation({
    operationId: "createImage",
    summary: "Make images of a description, in OpenAI's dialect",
    tag: "OpenAI API",
    request: ImagesRequest,
    example: { model: "openai/gpt-image-1.5", prompt: "A boat on a lake", size: "1024x1024", quality: "low" },
    answer: images,
    error: openAiError,
    streams: true,
  }),
  "/v1/images/edits": dialectOperation({
    operationId: "createImageEdit",
    summary: "Make images of images and a description, in OpenAI's dialect",
    tag: "OpenAI API",
    request: imageEditForm,
    example: { model: "openai/gpt-image-1.5", prompt: "The same at night", image: "boat.png", quality: "low" },
    answer: images,
    error: openAiError,
    form: true,
    streams: true,
  }),
  "/v1/audio/speech": dialectOperation({
    operationId: "createSpeech",
    summary: "Say a text, in OpenAI's dialect; the sound comes as it is made",
    tag: "OpenAI API",
    request: SpeechRequest,
    example: { model: "openai/gpt-4o-mini-tts", input: "Good morning.", voice: "coral" },
    error: openAiError,
    files: ["audio/mpeg", "audio/ogg", "audio/aac", "audio/flac", "audio/wav", "audio/pcm", "text/event-stream"],
  }),
  "/v1/audio/transcriptions": dialectOperation({
    operationId: "createTranscription",
    summary: "Write down what is said in a recording, in OpenAI's dialect",
    tag: "OpenAI API",
    request: transcriptionForm,
    example: { model: "openai/whisper-1", file: "meeting.mp3", response_format: "json" },
    answer: transcript,
    error: openAiError,
    form: true,
    files: [...plainTranscripts, "text/event-stream"],
  }),
  "/v1/audio/translations": dialectOperation({
    operationId: "createTranslation",
    summary: "Write down in English what is said in a recording, in OpenAI's dialect",
    tag: "OpenAI API",
    request: translationForm,
    example: { model: "openai/whisper-1", file: "meeting.mp3", response_format: "json" },
    answer: transcript,
    error: openAiError,
    form: true,
    files: plainTranscripts,
  }),
  "/v1/moderations": dialectOperation({
    operationId: "createModeration",
    summary: "Judge whether texts and images are harmful, in OpenAI's dialect",
    tag: "OpenAI API",
    request: ModerationsRequest,
    example: { model: "openai/omni-moderation-latest", input: "I like rivers." },
    answer: moderation,
    error: openAiError,
  }),
  "/v1/rerank": dialectOperation({
    operationId: "createRanking",
    summary: "Put documents in the order in which they answer a query, in the dialect of Cohere and Jina",
    tag: "OpenAI API",
    request: RerankRequest,
    example: {
      model: "cohere/rerank-v4.0-fast",
      query: "Which river is longest?",
      documents: ["The Rhine", "The Nile"],
    },
    answer: ranking,
    error: openAiError,
  }),
  ...filePaths(openAiError),
  ...openAiBatchPaths(openAiError),
  "/v1/messages": dialectOperation({
    operationId: "createMessage",
    summary: "Generate text, in Anthropic's dialect",
    tag: "Anthropic API",
    request: MessagesRequest,
    example: { model: claude, max_tokens: 100, messages: hello },
    answer: message,
    error: anthropicError,
    streams: true,
  }),
  "/v1/messages/count_tokens": dialectOperation({
    operationId: "countMessageTokens",
    summary: "Count the tokens of a message, in Anthropic's dialect; free",
    tag: "Anthropic API",
    request: CountRequest,
    example: { model: claude, messages: hello },
    answer: tokenCount,
    error: anthropicError,
    free: true,
  }),
  ...anthropicBatchPaths(anthropicError),
  "/v1/videos/{id}/content": {
    get: {
      operationId: "downloadVideo",
      summary: "Read a video that was made, of any size",
      description: `${neededPermission(ai.videoContent.permission)} The id is that of \`ai.videos.start\`; \`index\` says which of its files.`,
      tags: ["OpenAI API"],
      security: dialectSecurity,
      requestParams: {
        path: z.object({ id: z.string().meta({ example: "video_01a20028f85c706bb97e0071d41bb937" }) }),
        query: z.object({
          index: z
            .string()
            .regex(/^\d{1,2}$/)
            .optional(),
        }),
      },
      responses: {
        200: {
          description: "The video",
          content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
        },
        "4XX": dialectFailure(openAiError),
        "5XX": dialectFailure(openAiError),
      },
    },
  },
  "/v1/models": {
    get: {
      operationId: "listModels",
      summary: "List the models that the caller may use",
      description: `${neededPermission(ai.models.permission)} With the header \`anthropic-version\` in Anthropic's form.`,
      tags: ["OpenAI API"],
      security: dialectSecurity,
      responses: {
        200: { description: "The models", content: { "application/json": { schema: modelList } } },
        "4XX": dialectFailure(openAiError),
        "5XX": dialectFailure(openAiError),
      },
    },
  },
  "/v1/models/{model}": {
    get: {
      operationId: "retrieveModel",
      summary: "Look a model up by its name",
      description: `${neededPermission(ai.models.permission)} The slash of \`vendor/model\` is escaped.`,
      tags: ["OpenAI API"],
      security: dialectSecurity,
      requestParams: { path: z.object({ model: z.string().meta({ example: chatModel }) }) },
      responses: {
        200: { description: "The model", content: { "application/json": { schema: model } } },
        "4XX": dialectFailure(openAiError),
        "5XX": dialectFailure(openAiError),
      },
    },
  },
};

import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { CountRequest, MessagesRequest } from "../anthropic/messages-request.ts";
import { ChatRequest } from "../openai/chat-request.ts";
import { EmbeddingsRequest } from "../openai/embeddings-request.ts";
import { ImagesRequest } from "../openai/images-request.ts";
import { ModerationsRequest } from "../openai/moderations-request.ts";
import { MeteredRequestHeaders, MeteredResponseHeaders } from "../trpc/metered-headers.ts";

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
        message: z.looseObject({ role: z.literal("assistant"), content: z.string().nullish() }),
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

const moderation = z
  .looseObject({
    id: z.string(),
    model: z.string(),
    results: z.array(z.looseObject({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean().nullable()) })),
  })
  .meta({ id: "Moderation" });

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

const openAiError = z
  .looseObject({
    error: z.looseObject({
      message: z.string(),
      type: z.string(),
      code: z.string().describe("The vendor's own where it has one that clients act on, otherwise Nexus's"),
      param: z.string().nullable(),
      effect: z.enum(["none", "done", "unknown"]),
      request_id: z.string(),
      docs: z.string(),
    }),
  })
  .meta({ id: "OpenAiError" });

const anthropicError = z
  .looseObject({
    type: z.literal("error"),
    error: z.looseObject({ type: z.string(), message: z.string(), code: z.string(), docs: z.string() }),
    request_id: z.string(),
  })
  .meta({ id: "AnthropicError" });

const failure = (schema: z.ZodType) => ({
  description: "An error, in the dialect's own form; its status and code are those of the other APIs",
  content: { "application/json": { schema } },
});

const security: Record<string, string[]>[] = [{ bearer: [] }, { apiKey: [] }, { serviceToken: [] }];
const permission = (name: string): string => `Needs the permission \`${name}\`.`;

interface DialectOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: "OpenAI API" | "Anthropic API";
  readonly request: z.ZodType;
  readonly example: unknown;
  readonly answer: z.ZodType;
  readonly error: z.ZodType;
  readonly streams?: boolean;
  readonly free?: boolean;
}

const dialectOperation = (operation: DialectOperation): ZodOpenApiPathsObject[string] => {
  const { operationId, summary, tag, request, example, answer, error, streams = false, free = false } = operation;
  return {
    post: {
      operationId,
      summary,
      description: `${permission(ai.generateText.permission)} Fields of the dialect that are not named here pass unchanged; others are refused by name.`,
      tags: [tag],
      security,
      ...(free ? {} : { requestParams: { header: MeteredRequestHeaders } }),
      requestBody: { required: true, content: { "application/json": { schema: request, example } } },
      responses: {
        200: {
          description: "The answer",
          ...(free ? {} : { headers: MeteredResponseHeaders }),
          content: {
            "application/json": { schema: answer },
            ...(streams ? { "text/event-stream": { schema: z.string() } } : {}),
          },
        },
        "4XX": failure(error),
        "5XX": failure(error),
      },
    },
  };
};

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
  "/v1/models": {
    get: {
      operationId: "listModels",
      summary: "List the models that the caller may use",
      description: `${permission(ai.models.permission)} With the header \`anthropic-version\` in Anthropic's form.`,
      tags: ["OpenAI API"],
      security,
      responses: {
        200: { description: "The models", content: { "application/json": { schema: modelList } } },
        "4XX": failure(openAiError),
        "5XX": failure(openAiError),
      },
    },
  },
  "/v1/models/{model}": {
    get: {
      operationId: "retrieveModel",
      summary: "Look a model up by its name",
      description: `${permission(ai.models.permission)} The slash of \`vendor/model\` is escaped.`,
      tags: ["OpenAI API"],
      security,
      requestParams: { path: z.object({ model: z.string().meta({ example: chatModel }) }) },
      responses: {
        200: { description: "The model", content: { "application/json": { schema: model } } },
        "4XX": failure(openAiError),
        "5XX": failure(openAiError),
      },
    },
  },
};

import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { BatchEmbedContentsRequest, EmbedContentRequest } from "../google/embed-content-request.ts";
import { GenerateContentRequest } from "../google/generate-content-request.ts";
import { InteractionRequest } from "../interactions/interaction-request.ts";
import { dialectFailure, dialectOperation, dialectSecurity, neededPermission } from "./dialect-operation.ts";
import { googleFilePaths } from "./google-file-paths.ts";
import { keptOperationOf } from "./kept-operation.ts";

const tokens = z.int().min(0);

const content = z.looseObject({ role: z.string().optional(), parts: z.array(z.looseObject({})).optional() });

const generated = z
  .looseObject({
    candidates: z.array(z.looseObject({ content: content.optional(), finishReason: z.string().optional() })).optional(),
    usageMetadata: z.looseObject({ totalTokenCount: tokens.optional() }).optional(),
    modelVersion: z.string().optional(),
  })
  .meta({ id: "GeneratedContent" });

const embedding = z.looseObject({ values: z.array(z.number()) });

const geminiModel = z
  .looseObject({
    name: z.string().describe("`models/`, then the name to call it by"),
    supportedGenerationMethods: z.array(z.string()),
  })
  .meta({ id: "GeminiModel" });

const googleError = z
  .looseObject({
    error: z.looseObject({
      code: z.int().describe("The status of the answer"),
      message: z.string(),
      status: z.string().describe("Google's name of it, such as `INVALID_ARGUMENT`"),
      details: z.array(z.looseObject({ "@type": z.string() })),
    }),
  })
  .meta({ id: "GoogleError" });

const interaction = z
  .looseObject({
    id: z.string().optional().describe("Absent where `store` is false"),
    object: z.literal("interaction"),
    status: z.string().describe("`requires_action`: it waits for the results of calls"),
    model: z.string(),
    created: z.string(),
    steps: z.array(z.looseObject({ type: z.string() })).optional(),
    usage: z
      .looseObject({
        total_input_tokens: tokens,
        total_output_tokens: tokens,
        total_tokens: tokens,
      })
      .optional(),
  })
  .meta({ id: "Interaction" });

const keptOperation = keptOperationOf("Google API", googleError);

const ofModel = (example: string) => z.object({ model: z.string().meta({ example }) });

const gemini = "google/gemini-2.5-flash";
const vectors = "google/gemini-embedding-001";
const hello = { contents: [{ role: "user", parts: [{ text: "Name three rivers." }] }] };
const aText = { content: { parts: [{ text: "sunny day at the beach" }] } };

const common = { tag: "Google API", error: googleError } as const;

const failures = { "4XX": dialectFailure(googleError), "5XX": dialectFailure(googleError) };

/** Google's API, as far as it is served under `/v1beta`. */
export const googlePaths: ZodOpenApiPathsObject = {
  ...googleFilePaths(googleError),
  "/v1beta/models/{model}:generateContent": dialectOperation({
    ...common,
    operationId: "generateContent",
    summary: "Generate text, in Google's dialect",
    path: ofModel(gemini),
    request: GenerateContentRequest,
    example: { ...hello, generationConfig: { maxOutputTokens: 100 } },
    answer: generated,
  }),
  "/v1beta/models/{model}:streamGenerateContent": dialectOperation({
    ...common,
    operationId: "streamGenerateContent",
    summary: "Generate text as a stream, in Google's dialect",
    path: ofModel(gemini),
    query: z.object({
      alt: z.enum(["sse", "json"]).optional().describe("Events, or one JSON list whose elements come one by one"),
    }),
    request: GenerateContentRequest,
    example: { ...hello, generationConfig: { maxOutputTokens: 100 } },
    answer: z.array(generated),
    streams: true,
  }),
  "/v1beta/models/{model}:embedContent": dialectOperation({
    ...common,
    operationId: "embedContent",
    summary: "Turn a text into a vector, in Google's dialect",
    path: ofModel(vectors),
    request: EmbedContentRequest,
    example: aText,
    answer: z.looseObject({ embedding }),
  }),
  "/v1beta/models/{model}:batchEmbedContents": dialectOperation({
    ...common,
    operationId: "batchEmbedContents",
    summary: "Turn texts into vectors, in Google's dialect",
    path: ofModel(vectors),
    request: BatchEmbedContentsRequest,
    example: { requests: [aText] },
    answer: z.looseObject({ embeddings: z.array(embedding) }),
  }),
  "/v1beta/models/{model}:countTokens": dialectOperation({
    ...common,
    operationId: "countTokens",
    summary: "Count the tokens of a request, in Google's dialect; free",
    path: ofModel(gemini),
    request: GenerateContentRequest,
    example: hello,
    answer: z.looseObject({ totalTokens: tokens }),
    free: true,
  }),
  "/v1beta/interactions": dialectOperation({
    ...common,
    operationId: "createInteraction",
    summary:
      "Generate an interaction, in Google's dialect; kept for 30 days after its last use unless `store` is false",
    request: InteractionRequest,
    example: {
      model: gemini,
      input: "Name three rivers.",
      generation_config: { max_output_tokens: 100 },
    },
    answer: interaction,
    streams: true,
  }),
  "/v1beta/interactions/{id}": {
    get: keptOperation({
      operationId: "retrieveInteraction",
      summary: "Read an interaction, or its events",
      answer: interaction,
      prefix: "int",
      query: z.object({
        include_input: z.boolean().optional().describe("With what came in with it"),
        stream: z.boolean().optional().describe("Answer with its events, and with those to come"),
        last_event_id: z.string().optional().describe("With `stream`: the `event_id` of the last event that was read"),
      }),
    }),
    delete: keptOperation({
      operationId: "deleteInteraction",
      summary: "Delete an interaction",
      answer: z.looseObject({}),
      prefix: "int",
    }),
  },
  "/v1beta/interactions/{id}/cancel": {
    post: keptOperation({
      operationId: "cancelInteraction",
      summary: "Cancel an interaction that was begun with `background`",
      answer: interaction,
      prefix: "int",
    }),
  },
  "/v1beta/models": {
    get: {
      operationId: "listGeminiModels",
      summary: "List the models that the caller may use, in Google's form",
      description: neededPermission(ai.models.permission),
      tags: ["Google API"],
      security: dialectSecurity,
      requestParams: {
        query: z.object({
          pageSize: z.int().min(1).max(1_000).optional(),
          pageToken: z.string().optional().describe("The `nextPageToken` of the page before"),
        }),
      },
      responses: {
        200: {
          description: "A page of models",
          content: {
            "application/json": {
              schema: z.looseObject({ models: z.array(geminiModel), nextPageToken: z.string().optional() }),
            },
          },
        },
        ...failures,
      },
    },
  },
  "/v1beta/models/{model}": {
    get: {
      operationId: "getGeminiModel",
      summary: "Look a model up by its name, in Google's form",
      description: `${neededPermission(ai.models.permission)} The slash of \`vendor/model\` may be escaped.`,
      tags: ["Google API"],
      security: dialectSecurity,
      requestParams: { path: ofModel(gemini) },
      responses: {
        200: { description: "The model", content: { "application/json": { schema: geminiModel } } },
        ...failures,
      },
    },
  },
};

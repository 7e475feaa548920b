import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ChangedConversation, NewConversation, NewItems } from "../responses/conversations-door.ts";
import { ResponsesRequest } from "../responses/responses-request.ts";
import { dialectOperation } from "./dialect-operation.ts";
import { keptOperationOf } from "./kept-operation.ts";
import { openAiError } from "./openai-error.ts";

const tokens = z.int().min(0);

const item = z.looseObject({ type: z.string(), id: z.string().optional() });

const openAiResponse = z
  .looseObject({
    id: z.string(),
    object: z.literal("response"),
    created_at: z.number(),
    status: z.string(),
    model: z.string(),
    output: z.array(item),
    usage: z.looseObject({ input_tokens: tokens, output_tokens: tokens, total_tokens: tokens }).nullish(),
  })
  .meta({ id: "OpenAiResponse" });

const itemList = z
  .looseObject({ object: z.literal("list"), data: z.array(item), has_more: z.boolean() })
  .meta({ id: "ItemList" });

const conversation = z
  .looseObject({ id: z.string(), object: z.literal("conversation"), created_at: z.int() })
  .meta({ id: "Conversation" });

const deleted = z.looseObject({ id: z.string(), deleted: z.literal(true) }).meta({ id: "Deleted" });

const chatModel = "openai/gpt-4o-mini";

const keptOperation = keptOperationOf("OpenAI API", openAiError);

/** OpenAI's responses and conversations. */
export const responsePaths: ZodOpenApiPathsObject = {
  "/v1/responses": dialectOperation({
    operationId: "createResponse",
    summary: "Generate a response, in OpenAI's dialect; kept for 30 days after its last use unless `store` is false",
    tag: "OpenAI API",
    request: ResponsesRequest,
    example: { model: chatModel, input: "Name three rivers.", max_output_tokens: 100 },
    answer: openAiResponse,
    error: openAiError,
    streams: true,
  }),
  "/v1/responses/{id}": {
    get: keptOperation({
      operationId: "retrieveResponse",
      summary: "Read a response, or its events where it was begun with `background` and `stream`",
      answer: openAiResponse,
      prefix: "resp",
      query: z.object({
        stream: z.boolean().optional().describe("Answer with its events, and with those to come"),
        starting_after: z
          .int()
          .min(0)
          .optional()
          .describe("With `stream`: the `sequence_number` of the last event that was read"),
      }),
    }),
    delete: keptOperation({
      operationId: "deleteResponse",
      summary: "Delete a response",
      answer: deleted,
      prefix: "resp",
    }),
  },
  "/v1/responses/{id}/cancel": {
    post: keptOperation({
      operationId: "cancelResponse",
      summary: "Cancel a response that was begun with `background`",
      answer: openAiResponse,
      prefix: "resp",
    }),
  },
  "/v1/responses/{id}/input_items": {
    get: keptOperation({
      operationId: "listInputItems",
      summary: "List what came in with a response",
      answer: itemList,
      prefix: "resp",
    }),
  },
  "/v1/conversations": dialectOperation({
    operationId: "createConversation",
    summary: "Begin a conversation that responses go on with; free",
    tag: "OpenAI API",
    request: NewConversation,
    example: { items: [{ type: "message", role: "user", content: "Name three rivers." }] },
    answer: conversation,
    error: openAiError,
    free: true,
  }),
  "/v1/conversations/{id}": {
    get: keptOperation({
      operationId: "retrieveConversation",
      summary: "Read a conversation",
      answer: conversation,
      prefix: "conv",
    }),
    post: keptOperation({
      operationId: "updateConversation",
      summary: "Give a conversation other metadata",
      answer: conversation,
      prefix: "conv",
      request: ChangedConversation,
      example: { metadata: { topic: "rivers" } },
    }),
    delete: keptOperation({
      operationId: "deleteConversation",
      summary: "Delete a conversation with its items",
      answer: deleted,
      prefix: "conv",
    }),
  },
  "/v1/conversations/{id}/items": {
    get: keptOperation({
      operationId: "listConversationItems",
      summary: "List the items of a conversation",
      answer: itemList,
      prefix: "conv",
    }),
    post: keptOperation({
      operationId: "createConversationItems",
      summary: "Put items behind a conversation",
      answer: itemList,
      prefix: "conv",
      request: NewItems,
      example: { items: [{ type: "message", role: "user", content: "Name three rivers." }] },
    }),
  },
  "/v1/conversations/{id}/items/{item}": {
    get: keptOperation({
      operationId: "retrieveConversationItem",
      summary: "Read an item of a conversation",
      answer: item,
      prefix: "conv",
      item: true,
    }),
    delete: keptOperation({
      operationId: "deleteConversationItem",
      summary: "Delete an item of a conversation",
      answer: conversation,
      prefix: "conv",
      item: true,
    }),
  },
};

import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { ai } from "../../contracts/ai.ts";
import { batchStatuses } from "../../contracts/batch-status.ts";
import { isBatchId } from "../../contracts/batch-id.ts";
import { FileId } from "../../contracts/ai/parts.ts";
import { NewMessageBatch } from "../batches/anthropic-batches.ts";
import { NewOpenAiBatch } from "../batches/openai-batches.ts";
import { MeteredRequestHeaders } from "../trpc/metered-headers.ts";
import { dialectFailure, dialectSecurity, neededPermission } from "./dialect-operation.ts";

const count = z.int().min(0);
const second = z.int().nullable();

const batch = z
  .looseObject({
    id: z.string(),
    object: z.literal("batch"),
    endpoint: z.string(),
    model: z.string(),
    status: z.enum(batchStatuses),
    errors: z
      .looseObject({
        data: z.array(z.looseObject({ code: z.string(), message: z.string(), line: z.int().nullable() })),
      })
      .nullable(),
    input_file_id: FileId.nullable(),
    output_file_id: FileId.nullable().describe("The file with the answers, once it has ended"),
    error_file_id: FileId.nullable().describe("The file with what was not answered"),
    created_at: z.int(),
    expires_at: second,
    completed_at: second,
    request_counts: z.looseObject({ total: count, completed: count, failed: count }),
    metadata: z.record(z.string(), z.string()).nullable(),
  })
  .meta({ id: "OpenAiBatch" });

const batches = z
  .looseObject({ object: z.literal("list"), data: z.array(batch), has_more: z.boolean() })
  .meta({ id: "OpenAiBatchList" });

const moment = z.iso.datetime().nullable();

const messageBatch = z
  .looseObject({
    id: z.string(),
    type: z.literal("message_batch"),
    processing_status: z.enum(["in_progress", "canceling", "ended"]),
    request_counts: z.looseObject({
      processing: count,
      succeeded: count,
      errored: count,
      canceled: count,
      expired: count,
    }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    ended_at: moment,
    cancel_initiated_at: moment,
    results_url: z.string().nullable().describe("Where the answers are, once it has ended"),
  })
  .meta({ id: "MessageBatch" });

const messageBatches = z
  .looseObject({
    data: z.array(messageBatch),
    has_more: z.boolean(),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
  })
  .meta({ id: "MessageBatchList" });

const idOf = (prefix: string) =>
  z
    .string()
    .max(64)
    .refine(isBatchId)
    .meta({ example: `${prefix}_${"0".repeat(31)}1` });

interface BatchDialect {
  readonly tag: "OpenAI API" | "Anthropic API";
  readonly error: z.ZodType;
}

interface BatchOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly permission: string;
}

const operationOf =
  ({ tag, error }: BatchDialect) =>
  ({ operationId, summary, permission }: BatchOperation, content: z.ZodType, type = "application/json") => ({
    operationId,
    summary,
    description: neededPermission(permission),
    tags: [tag],
    security: dialectSecurity,
    responses: {
      200: { description: "The answer", content: { [type]: { schema: content } } },
      "4XX": dialectFailure(error),
      "5XX": dialectFailure(error),
    },
  });

/** `/v1/batches`, as OpenAI has them. */
export const openAiBatchPaths = (error: z.ZodType): ZodOpenApiPathsObject => {
  const operation = operationOf({ tag: "OpenAI API", error });
  const path = z.object({ id: idOf("batch") });
  const { createBatch, listBatches, getBatch, cancelBatch } = ai;
  return {
    "/v1/batches": {
      get: {
        ...operation(
          { operationId: "listOpenAiBatches", summary: "List batches", permission: listBatches.permission },
          batches,
        ),
        requestParams: {
          query: z.object({ after: idOf("batch").optional(), limit: z.int().min(1).max(100).optional() }),
        },
      },
      post: {
        ...operation(
          {
            operationId: "createOpenAiBatch",
            summary: "Begin a batch of the requests in a file, in OpenAI's dialect",
            permission: createBatch.permission,
          },
          batch,
        ),
        requestParams: { header: MeteredRequestHeaders },
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: NewOpenAiBatch,
              example: {
                input_file_id: `file_${"0".repeat(31)}1`,
                endpoint: "/v1/chat/completions",
                completion_window: "24h",
              },
            },
          },
        },
      },
    },
    "/v1/batches/{id}": {
      get: {
        ...operation(
          { operationId: "retrieveOpenAiBatch", summary: "Read where a batch stands", permission: getBatch.permission },
          batch,
        ),
        requestParams: { path },
      },
    },
    "/v1/batches/{id}/cancel": {
      post: {
        ...operation(
          {
            operationId: "cancelOpenAiBatch",
            summary: "Cancel a batch; what was answered by then is charged",
            permission: cancelBatch.permission,
          },
          batch,
        ),
        requestParams: { path },
      },
    },
  };
};

/** `/v1/messages/batches`, as Anthropic has them. */
export const anthropicBatchPaths = (error: z.ZodType): ZodOpenApiPathsObject => {
  const operation = operationOf({ tag: "Anthropic API", error });
  const path = z.object({ id: idOf("msgbatch") });
  const { createBatch, listBatches, getBatch, cancelBatch, batchResults } = ai;
  return {
    "/v1/messages/batches": {
      get: {
        ...operation(
          { operationId: "listMessageBatches", summary: "List batches", permission: listBatches.permission },
          messageBatches,
        ),
        requestParams: {
          query: z.object({
            before_id: idOf("msgbatch").optional(),
            after_id: idOf("msgbatch").optional(),
            limit: z.int().min(1).max(1_000).optional(),
          }),
        },
      },
      post: {
        ...operation(
          {
            operationId: "createMessageBatch",
            summary: "Begin a batch of messages, in Anthropic's dialect",
            permission: createBatch.permission,
          },
          messageBatch,
        ),
        requestParams: { header: MeteredRequestHeaders },
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: NewMessageBatch,
              example: {
                requests: [
                  {
                    custom_id: "rivers",
                    params: {
                      model: "claude-sonnet-4-5",
                      max_tokens: 100,
                      messages: [{ role: "user", content: "Name three rivers." }],
                    },
                  },
                ],
              },
            },
          },
        },
      },
    },
    "/v1/messages/batches/{id}": {
      get: {
        ...operation(
          {
            operationId: "retrieveMessageBatch",
            summary: "Read where a batch stands",
            permission: getBatch.permission,
          },
          messageBatch,
        ),
        requestParams: { path },
      },
    },
    "/v1/messages/batches/{id}/cancel": {
      post: {
        ...operation(
          {
            operationId: "cancelMessageBatch",
            summary: "Cancel a batch; what was answered by then is charged",
            permission: cancelBatch.permission,
          },
          messageBatch,
        ),
        requestParams: { path },
      },
    },
    "/v1/messages/batches/{id}/results": {
      get: {
        ...operation(
          {
            operationId: "listMessageBatchResults",
            summary: "Read the answers to a batch that has ended, a line each",
            permission: batchResults.permission,
          },
          z.string(),
          "application/x-jsonl",
        ),
        requestParams: { path },
      },
    },
  };
};

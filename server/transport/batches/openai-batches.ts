import { z } from "zod";
import { BatchMetadata } from "../../contracts/ai/batches.ts";
import { isBatchId } from "../../contracts/batch-id.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { fileIdOf } from "../../contracts/file-id.ts";
import type { PageOfBatches, StoredBatch } from "../../domain/batches/index.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { invalidFileField, numberIn } from "../files/index.ts";
import { readJson } from "../read-json.ts";
import type { BatchesDeps } from "./batches-deps.ts";
import { cancelBatch } from "./cancel-batch.ts";
import { createBatch } from "./create-batch.ts";
import { readBatch, readBatches, shownStatus } from "./read-batch.ts";

const maxBodyBytes = 64 * 1024;

/** https://platform.openai.com/docs/api-reference/batch/create */
export const NewOpenAiBatch = z.strictObject({
  input_file_id: z.string().min(1).max(64),
  endpoint: z.enum(["/v1/chat/completions", "/v1/responses", "/v1/embeddings"]),
  completion_window: z.literal("24h"),
  metadata: BatchMetadata.nullish(),
});

const seconds = (date: Date): number => Math.floor(date.getTime() / 1_000);

/** https://platform.openai.com/docs/api-reference/batch/object */
const wireOf = (batch: StoredBatch): Record<string, unknown> => {
  const { told, endedAt } = batch;
  const status = shownStatus(batch);
  const { counts, times, faults } = told;
  const ended = endedAt === null ? null : (times.endedAt ?? seconds(endedAt));
  const endedAs = (one: typeof status): number | null => (status === one ? ended : null);
  return {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    model: batch.model,
    errors:
      faults.length === 0
        ? null
        : {
            object: "list",
            data: faults.map(({ code, message, line }) => ({ code, message, line: line ?? null, param: null })),
          },
    input_file_id: batch.inputFile === null ? null : fileIdOf(batch.inputFile),
    completion_window: "24h",
    status,
    output_file_id: batch.answersFile === null ? null : fileIdOf(batch.answersFile),
    error_file_id: batch.errorsFile === null ? null : fileIdOf(batch.errorsFile),
    created_at: seconds(batch.createdAt),
    in_progress_at: times.startedAt ?? null,
    expires_at: times.expiresAt ?? null,
    finalizing_at: times.finalizingAt ?? null,
    completed_at: endedAs("completed"),
    failed_at: endedAs("failed"),
    expired_at: endedAs("expired"),
    cancelling_at: times.cancellingAt ?? null,
    cancelled_at: endedAs("cancelled"),
    request_counts: { total: counts.total, completed: counts.succeeded, failed: counts.failed },
    metadata: Object.keys(batch.metadata).length === 0 ? null : batch.metadata,
  };
};

const reply = (body: unknown, { requestId }: CallContext): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": requestId },
  body: JSON.stringify(body),
});

const pageIn = (query: URLSearchParams): PageOfBatches => {
  const after = query.get("after") ?? undefined;
  if (after !== undefined && !isBatchId(after)) throw invalidFileField("after", "the id of a batch");
  return {
    vendor: "openai",
    beyond: after,
    order: "newest",
    limit: numberIn(query, "limit", { usual: 20, most: 100 }),
  };
};

const notHere = (request: DoorRequest, ...allow: readonly string[]): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path.slice(0, 200)} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });

const create = async (deps: BatchesDeps, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const {
    input_file_id: fileId,
    endpoint,
    metadata,
  } = parseInput(NewOpenAiBatch, await readJson(request, maxBodyBytes));
  return reply(wireOf(await createBatch(deps, ctx, { endpoint, metadata: metadata ?? {}, from: { fileId } })), ctx);
};

const list = async (deps: BatchesDeps, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { batches, more } = await readBatches(deps, ctx, pageIn(request.query));
  const data = batches.map(wireOf);
  const [first, last] = [batches[0]?.id ?? null, batches.at(-1)?.id ?? null];
  return reply({ object: "list", data, first_id: first, last_id: last, has_more: more }, ctx);
};

/** `/v1/batches` of OpenAI. */
export const createOpenAiBatchesDoor =
  (deps: BatchesDeps) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { method } = request;
    const [id, member, ...more] = request.path.split("/").slice(3);
    if (id === undefined) {
      if (method === "GET") return list(deps, request, ctx);
      if (method === "POST") return create(deps, request, ctx);
      throw notHere(request, "GET", "POST");
    }
    if (member === undefined) {
      if (method === "GET") return reply(wireOf(await readBatch(deps, ctx, id)), ctx);
      throw notHere(request, "GET");
    }
    if (member === "cancel" && more.length === 0) {
      if (method === "POST") return reply(wireOf(await cancelBatch(deps, ctx, id)), ctx);
      throw notHere(request, "POST");
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };

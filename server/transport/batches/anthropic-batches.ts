import { z } from "zod";
import { batchIdOf, isBatchId } from "../../contracts/batch-id.ts";
import { isUnderWay } from "../../contracts/batch-status.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { StoredBatch } from "../../domain/batches/index.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { invalidFileField, numberIn } from "../files/index.ts";
import { readJson } from "../read-json.ts";
import type { BatchesDeps } from "./batches-deps.ts";
import { cancelBatch } from "./cancel-batch.ts";
import { createBatch } from "./create-batch.ts";
import type { AskedLine } from "./prepare-batch.ts";
import { readBatch, readBatches, shownStatus } from "./read-batch.ts";
import { readOutput } from "./read-results.ts";

/** Held in memory while it is read: less than the vendor takes. */
const maxBodyBytes = 32 * 1024 * 1024;

/** https://docs.anthropic.com/en/api/creating-message-batches */
export const NewMessageBatch = z.strictObject({
  requests: z
    .array(z.strictObject({ custom_id: z.string().max(512), params: z.record(z.string().max(256), z.unknown()) }))
    .min(1)
    .max(100_000),
});

const idOf = ({ operationId }: StoredBatch): string => `msg${batchIdOf(operationId)}`;

const timeOf = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1_000).toISOString();

const day = 24 * 60 * 60_000;

/** https://docs.anthropic.com/en/api/retrieving-message-batches */
const wireOf = (batch: StoredBatch, publicUrl: string): Record<string, unknown> => {
  const { told, endedAt, createdAt } = batch;
  const { total, succeeded, failed, cancelled, expired } = told.counts;
  const underWay = endedAt === null;
  const state = underWay ? (shownStatus(batch) === "cancelling" ? "canceling" : "in_progress") : "ended";
  return {
    id: idOf(batch),
    type: "message_batch",
    processing_status: state,
    // Until all have ended, those that have are not told.
    request_counts: underWay
      ? { processing: total, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
      : { processing: 0, succeeded, errored: failed, canceled: cancelled, expired },
    ended_at: endedAt?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
    expires_at: timeOf(told.times.expiresAt) ?? new Date(createdAt.getTime() + day).toISOString(),
    archived_at: null,
    cancel_initiated_at: timeOf(told.times.cancellingAt),
    results_url: underWay || isUnderWay(told.status) ? null : `${publicUrl}/v1/messages/batches/${idOf(batch)}/results`,
  };
};

const linesIn = (body: unknown): Iterable<AskedLine> =>
  parseInput(NewMessageBatch, body).requests.map(({ custom_id: customId, params }, index) => ({
    customId,
    body: params,
    byteLength: Buffer.byteLength(JSON.stringify(params)),
    place: `requests.${index}`,
  }));

const reply = (body: unknown, { requestId }: CallContext): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store", "request-id": requestId },
  body: JSON.stringify(body),
});

const batchIn = (query: URLSearchParams, field: string): string | undefined => {
  const told = query.get(field) ?? undefined;
  if (told !== undefined && !isBatchId(told)) throw invalidFileField(field, "the id of a batch");
  return told;
};

const notHere = (request: DoorRequest, allow: string): NexusError =>
  new NexusError("METHOD_NOT_ALLOWED", {
    message: `${request.path.slice(0, 200)} answers to ${allow}.`,
    details: { allow: allow.split(" and ") },
  });

/** `/v1/messages/batches` of Anthropic; `publicUrl` is where its clients find the results. */
export const createAnthropicBatchesDoor = (deps: BatchesDeps, publicUrl: string) => {
  const create = async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const lines = linesIn(await readJson(request, maxBodyBytes));
    const batch = await createBatch(deps, ctx, { endpoint: "/v1/messages", metadata: {}, from: { lines } });
    return reply(wireOf(batch, publicUrl), ctx);
  };

  const list = async ({ query }: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const before = batchIn(query, "before_id");
    const after = batchIn(query, "after_id");
    if (before !== undefined && after !== undefined) throw invalidFileField("before_id", "nothing beside after_id");
    const limit = numberIn(query, "limit", { usual: 20, most: 1_000 });
    const order = before === undefined ? "newest" : "oldest";
    const page = { vendor: "anthropic", beyond: before ?? after, order, limit } as const;
    const { batches: found, more } = await readBatches(deps, ctx, page);
    const batches = order === "oldest" ? found.toReversed() : found;
    const [first, last] = [batches[0], batches.at(-1)].map((one) => (one === undefined ? null : idOf(one)));
    const data = batches.map((batch) => wireOf(batch, publicUrl));
    return reply({ data, has_more: more, first_id: first, last_id: last }, ctx);
  };

  /** Whatever is in it, it is no page of this origin. */
  const results = async (id: string, ctx: CallContext): Promise<DoorReply> => ({
    status: 200,
    headers: {
      "content-type": "application/x-jsonl",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "request-id": ctx.requestId,
    },
    body: await readOutput(deps, ctx, id),
  });

  return async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { method } = request;
    const [id, member, ...more] = request.path.split("/").slice(4);
    if (id === undefined) {
      if (method === "GET") return list(request, ctx);
      if (method === "POST") return create(request, ctx);
      throw notHere(request, "GET and POST");
    }
    if (member === undefined) {
      if (method === "GET") return reply(wireOf(await readBatch(deps, ctx, id), publicUrl), ctx);
      throw notHere(request, "GET");
    }
    if (member === "cancel" && more.length === 0) {
      if (method === "POST") return reply(wireOf(await cancelBatch(deps, ctx, id), publicUrl), ctx);
      throw notHere(request, "POST");
    }
    if (member === "results" && more.length === 0) {
      if (method === "GET") return results(id, ctx);
      throw notHere(request, "GET");
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };
};

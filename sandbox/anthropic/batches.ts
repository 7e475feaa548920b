import { hash } from "node:crypto";
import type { ShelvedBatch, ShelvedLine } from "../files/file-shelf.ts";
import { isObject, objectOf, parseJson, stringOf, type JsonObject } from "../read-json.ts";
import { tellingOfLine } from "../telling-of-line.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { anthropicError, anthropicRequestId } from "./errors.ts";

type Answer = (request: VendorRequest) => VendorReply;

// https://docs.anthropic.com/en/docs/build-with-claude/batch-processing#batch-limitations
const mostRequests = 100_000;
const day = 24 * 60 * 60_000;

const timeOf = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

const typeOf = (line: JsonObject): string => stringOf(objectOf(line["result"])["type"]);

// https://docs.anthropic.com/en/api/retrieving-message-batches: counts stay zero until the batch has ended
function describe(batch: ShelvedBatch): JsonObject {
  const ended = batch.state === "ended";
  const count = (type: string): number => (ended ? batch.answers.filter((line) => typeOf(line) === type).length : 0);
  return {
    id: batch.id,
    type: "message_batch",
    processing_status: batch.state,
    request_counts: {
      processing: ended ? 0 : batch.lines.length,
      succeeded: count("succeeded"),
      errored: count("errored"),
      canceled: count("canceled"),
      expired: count("expired"),
    },
    ended_at: timeOf(batch.endedMs),
    created_at: timeOf(batch.createdMs),
    expires_at: timeOf(batch.createdMs + day),
    archived_at: null,
    cancel_initiated_at: timeOf(batch.cancelledMs),
    results_url: ended ? `https://api.anthropic.com/v1/messages/batches/${batch.id}/results` : null,
  };
}

function create({ body, files, nowMs, bodyDigest: digest }: VendorRequest): VendorReply {
  const bad = (message: string): VendorReply => anthropicError(400, message, digest);
  const told = objectOf(body)["requests"];
  if (!Array.isArray(told) || told.length === 0) return bad("requests: List should have at least 1 item");
  if (told.length > mostRequests) return bad(`requests: List should have at most ${mostRequests} items`);
  const seen = new Set<string>();
  const lines: ShelvedLine[] = [];
  for (const [index, one] of told.entries()) {
    const at = `requests.${index}`;
    const customId = stringOf(objectOf(one)["custom_id"]);
    const params = objectOf(one)["params"];
    // https://docs.anthropic.com/en/api/creating-message-batches#body-requests-custom-id
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(customId))
      return bad(`${at}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`);
    if (seen.has(customId)) return bad(`requests: custom_id '${customId}' is not unique`);
    if (!isObject(params)) return bad(`${at}.params: Field required`);
    if (params["stream"] === true) return bad(`${at}.params.stream: Streaming is not supported in batches`);
    seen.add(customId);
    lines.push({ customId, body: params });
  }
  const id = `msgbatch_${hash("sha256", `${digest} ${files.batches.size}`).slice(0, 24)}`;
  const batch: ShelvedBatch = {
    id,
    endpoint: "/v1/messages",
    inputFileId: "",
    metadata: {},
    createdMs: nowMs,
    lines,
    faults: [],
    state: "in_progress",
    cancelledMs: undefined,
    endedMs: undefined,
    answers: [],
    errors: [],
    outputs: { answers: null, errors: null },
  };
  files.batches.set(id, batch);
  return jsonReply(200, { "request-id": anthropicRequestId(digest) }, describe(batch));
}

/** https://docs.anthropic.com/en/api/retrieving-message-batch-results; usage says the tier `batch`. */
function resultOf({ customId, body }: ShelvedLine, request: VendorRequest, answer: Answer): JsonObject {
  const model = stringOf(body["model"]);
  const bodyDigest = hash("sha256", `${request.bodyDigest} ${customId}`);
  const telling = tellingOfLine({ vendor: "anthropic", path: "/messages", model, body });
  const { status, frames } = answer({
    ...request,
    method: "POST",
    path: "/messages",
    body,
    model,
    bodyDigest,
    telling,
  });
  const told = objectOf(parseJson(frames.map(({ bytes }) => bytes.toString()).join("")));
  if (status !== 200) return { type: "errored", error: told };
  return { type: "succeeded", message: { ...told, usage: { ...objectOf(told["usage"]), service_tier: "batch" } } };
}

/** Ends at the second look; half of what is cancelled was done by then. */
function advance(batch: ShelvedBatch, request: VendorRequest, answer: Answer): void {
  if (batch.state === "ended") return;
  if (batch.state === "in_progress" && batch.outputs.answers === null) {
    batch.outputs = { answers: "under way", errors: null };
    return;
  }
  const many = batch.state === "canceling" ? Math.ceil(batch.lines.length / 2) : batch.lines.length;
  batch.answers = batch.lines.map((line, index) => ({
    custom_id: line.customId,
    result: index < many ? resultOf(line, request, answer) : { type: "canceled" },
  }));
  batch.state = "ended";
  batch.endedMs = request.nowMs;
}

/** `/messages/batches` of Anthropic; `answer` carries one request out. */
export function claudeBatchesReply(request: VendorRequest, answer: Answer): VendorReply {
  const { method, path, query, files, bodyDigest: digest } = request;
  const headers = { "request-id": anthropicRequestId(digest) };
  const [id = "", member] = path.slice("/messages/batches/".length).split("/");
  if (id === "" && method === "POST") return create(request);
  if (id === "" && method === "GET") {
    const limit = Number(query.get("limit") ?? "20");
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
      return anthropicError(400, "limit: Input should be between 1 and 1000", digest);
    const all = [...files.batches.values()].toReversed();
    const from = all.findIndex((batch) => batch.id === query.get("after_id")) + 1;
    const data = all.slice(from, from + limit).map(describe);
    const ends = { first_id: data[0]?.["id"] ?? null, last_id: data.at(-1)?.["id"] ?? null };
    return jsonReply(200, headers, { data, has_more: from + limit < all.length, ...ends });
  }
  const batch = files.batches.get(decodeURIComponent(id));
  if (batch === undefined) return anthropicError(404, `Message Batch not found: ${id}`, digest);
  if (member === undefined && method === "GET") {
    advance(batch, request, answer);
    return jsonReply(200, headers, describe(batch));
  }
  if (member === "cancel" && method === "POST") {
    if (batch.state === "ended")
      return anthropicError(400, `Batch ${batch.id} cannot be canceled: it has ended`, digest);
    batch.state = "canceling";
    batch.cancelledMs = request.nowMs;
    return jsonReply(200, headers, describe(batch));
  }
  if (member === "results" && method === "GET") {
    if (batch.state !== "ended") return anthropicError(404, `Batch ${batch.id} has no available results.`, digest);
    const bytes = batch.answers.map((line) => `${JSON.stringify(line)}\n`).join("");
    const reply = jsonReply(200, headers, {});
    const type = { "content-type": "application/x-jsonl" };
    return { ...reply, headers: { ...headers, ...type }, frames: [{ kind: "whole", bytes }] };
  }
  return anthropicError(404, "Not Found", digest);
}

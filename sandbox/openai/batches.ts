import { hash } from "node:crypto";
import type { ShelvedBatch, ShelvedLine } from "../files/file-shelf.ts";
import { isObject, objectOf, parseJson, stringOf, type JsonObject } from "../read-json.ts";
import { tellingOfLine } from "../telling-of-line.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiError, openaiHeaders } from "./errors.ts";

type Answer = (request: VendorRequest) => VendorReply;

// https://platform.openai.com/docs/api-reference/batch/create#batch-create-endpoint: those that are asked for here
const endpoints = new Set(["/v1/chat/completions", "/v1/responses", "/v1/embeddings"]);
// https://platform.openai.com/docs/guides/batch#rate-limits
const mostRequests = 50_000;
const window = 24 * 60 * 60;

const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : Math.floor(ms / 1_000));

// https://platform.openai.com/docs/api-reference/batch/object
function describe(batch: ShelvedBatch): JsonObject {
  const { state, faults, lines, answers, errors, outputs } = batch;
  const ended = (one: string): number | null => (state === one ? seconds(batch.endedMs) : null);
  const begun = state === "validating" || state === "failed" ? null : seconds(batch.createdMs);
  const known = state === "validating" || state === "failed" ? 0 : lines.length;
  const failed = errors.filter((line) => isObject(line["response"])).length;
  return {
    id: batch.id,
    object: "batch",
    endpoint: batch.endpoint,
    errors: faults.length === 0 || state === "validating" ? null : { object: "list", data: faults },
    input_file_id: batch.inputFileId,
    completion_window: "24h",
    status: state,
    output_file_id: outputs.answers,
    error_file_id: outputs.errors,
    created_at: seconds(batch.createdMs),
    in_progress_at: begun,
    expires_at: (seconds(batch.createdMs) ?? 0) + window,
    finalizing_at: state === "finalizing" || state === "completed" ? begun : null,
    completed_at: ended("completed"),
    failed_at: ended("failed"),
    expired_at: ended("expired"),
    cancelling_at: seconds(batch.cancelledMs),
    cancelled_at: ended("cancelled"),
    request_counts: { total: known, completed: answers.length, failed },
    metadata: batch.metadata,
  };
}

interface Checked {
  readonly lines: readonly ShelvedLine[];
  readonly faults: readonly JsonObject[];
}

/** https://platform.openai.com/docs/guides/batch#1-prepare-your-batch-file; the codes as https://community.openai.com/t/batch-api-errors shows them. */
function check(text: string, endpoint: string): Checked {
  const faults: JsonObject[] = [];
  const lines: ShelvedLine[] = [];
  const seen = new Set<string>();
  let model: string | undefined;
  const fault = (code: string, message: string, line: number | null): void =>
    void faults.push({ code, message, line, param: null });
  const texts = text.split("\n").filter((line) => line.trim() !== "");
  if (texts.length === 0) fault("empty_file", "The input file is empty.", null);
  if (texts.length > mostRequests) fault("too_many_tasks", `The file has more than ${mostRequests} requests.`, null);
  for (const [index, line] of texts.entries()) {
    const at = index + 1;
    const value = parseJson(line);
    if (!isObject(value)) {
      fault("invalid_json_line", "This line is not parseable as valid JSON.", at);
      continue;
    }
    const customId = stringOf(value["custom_id"]);
    const body = objectOf(value["body"]);
    if (customId === "") fault("missing_required_parameter", "Missing required parameter: 'custom_id'.", at);
    if (seen.has(customId)) fault("duplicate_custom_id", `The custom_id '${customId}' was used before.`, at);
    if (value["method"] !== "POST") fault("invalid_method", "The method must be POST.", at);
    if (value["url"] !== endpoint)
      fault("mismatched_endpoint", "The url of the request does not match the endpoint of the batch.", at);
    if (body["stream"] === true) fault("invalid_request", "Streaming is not supported in the Batch API.", at);
    const named = stringOf(body["model"]);
    if (named === "") fault("missing_required_parameter", "Missing required parameter: 'model'.", at);
    // "Each input file can only include requests to a single model."
    model ??= named;
    if (named !== model) fault("mismatched_model", `The model '${named}' does not match '${model}'.`, at);
    seen.add(customId);
    lines.push({ customId, body });
  }
  return { lines, faults };
}

function create(request: VendorRequest): VendorReply {
  const { files, nowMs, bodyDigest: digest } = request;
  const body = objectOf(request.body);
  const bad = (message: string, param: string): VendorReply => openaiError(400, message, digest, param);
  const endpoint = stringOf(body["endpoint"]);
  if (!endpoints.has(endpoint)) return bad(`Invalid value: '${endpoint}'.`, "endpoint");
  if (body["completion_window"] !== "24h") return bad("Invalid value: expected '24h'.", "completion_window");
  const file = files.get(stringOf(body["input_file_id"]));
  if (file === undefined) return bad("Invalid 'input_file_id': no such file.", "input_file_id");
  if (file.purpose !== "batch") return bad("The file must have been uploaded with purpose 'batch'.", "input_file_id");
  const metadata = objectOf(body["metadata"]);
  const pairs = Object.entries(metadata);
  // https://platform.openai.com/docs/api-reference/batch/create#batch-create-metadata
  if (pairs.length > 16 || pairs.some(([key, value]) => key.length > 64 || stringOf(value).length > 512))
    return bad("Invalid 'metadata': at most 16 pairs of 64 and 512 characters.", "metadata");
  const { lines, faults } = check(Buffer.from(file.data, "base64").toString(), endpoint);
  const id = `batch_${hash("sha256", `${file.id} ${files.batches.size}`).slice(0, 32)}`;
  const batch: ShelvedBatch = {
    id,
    endpoint,
    inputFileId: file.id,
    metadata,
    createdMs: nowMs,
    lines,
    faults,
    state: "validating",
    cancelledMs: undefined,
    endedMs: undefined,
    answers: [],
    errors: [],
    outputs: { answers: null, errors: null },
  };
  files.batches.set(id, batch);
  return jsonReply(200, openaiHeaders(digest), describe(batch));
}

/** https://platform.openai.com/docs/api-reference/batch/request-output */
function carryOut(batch: ShelvedBatch, request: VendorRequest, answer: Answer, many: number): void {
  const answers: JsonObject[] = [];
  const errors: JsonObject[] = [];
  for (const [index, { customId, body }] of batch.lines.entries()) {
    const digest = hash("sha256", `${batch.id} ${customId}`);
    const head = { id: `batch_req_${digest.slice(0, 32)}`, custom_id: customId };
    if (index >= many) {
      const message = "This request could not be executed before the completion window expired.";
      if (batch.state === "expired")
        errors.push({ ...head, response: null, error: { code: "batch_expired", message } });
      else if (batch.state === "cancelled")
        errors.push({
          ...head,
          response: null,
          error: { code: "batch_cancelled", message: "The batch was cancelled." },
        });
      continue;
    }
    const path = batch.endpoint.slice("/v1".length);
    const model = stringOf(body["model"]);
    const telling = tellingOfLine({ vendor: "openai", path, model, body });
    const { status, frames } = answer({ ...request, method: "POST", path, body, model, bodyDigest: digest, telling });
    const told = parseJson(frames.map(({ bytes }) => bytes.toString()).join(""));
    const response = { status_code: status, request_id: digest.slice(0, 32), body: told };
    (status === 200 ? answers : errors).push({ ...head, response, error: null });
  }
  const shelve = (lines: readonly JsonObject[], name: string): string | null => {
    if (lines.length === 0) return null;
    const data = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return request.files.put((id) => `file-${id.slice(0, 22)}`, {
      name: `${batch.id}_${name}.jsonl`,
      mediaType: "application/jsonl",
      data: data.toString("base64"),
      bytes: data.byteLength,
      purpose: "batch_output",
      createdMs: request.nowMs,
      expiresMs: undefined,
    }).id;
  };
  batch.answers = answers;
  batch.errors = errors;
  batch.outputs = { answers: shelve(answers, "output"), errors: shelve(errors, "error") };
  batch.endedMs = request.nowMs;
}

/** One step further; a batch whose metadata says `sandbox: expires` comes half as far as it should, one with `sandbox: lasts` goes on until it is cancelled. */
function advance(batch: ShelvedBatch, request: VendorRequest, answer: Answer): void {
  const half = Math.ceil(batch.lines.length / 2);
  const end = (state: string, many: number): void => {
    batch.state = state;
    carryOut(batch, request, answer, many);
  };
  if (batch.state === "cancelling") end("cancelled", half);
  else if (batch.state === "finalizing") end("completed", batch.lines.length);
  else if (batch.state === "in_progress" && batch.metadata["sandbox"] === "expires") end("expired", half);
  else if (batch.state === "in_progress" && batch.metadata["sandbox"] === "lasts") return;
  else if (batch.state === "in_progress") batch.state = "finalizing";
  else if (batch.state === "validating" && batch.faults.length > 0) end("failed", 0);
  else if (batch.state === "validating") batch.state = "in_progress";
}

/** `/batches` of OpenAI; `answer` carries one request out. */
export function openaiBatchesReply(request: VendorRequest, answer: Answer): VendorReply {
  const { method, path, query, files, bodyDigest: digest } = request;
  const headers = openaiHeaders(digest);
  const [id = "", member] = path.slice("/batches/".length).split("/");
  if (id === "" && method === "POST") return create(request);
  if (id === "" && method === "GET") {
    const limit = Number(query.get("limit") ?? "20");
    // https://platform.openai.com/docs/api-reference/batch/list#batch-list-limit
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      return openaiError(400, "Invalid 'limit': must be between 1 and 100.", digest, "limit");
    const all = [...files.batches.values()].toReversed();
    const from = all.findIndex((batch) => batch.id === query.get("after")) + 1;
    const data = all.slice(from, from + limit).map(describe);
    return jsonReply(200, headers, { object: "list", data, has_more: from + limit < all.length });
  }
  const batch = files.batches.get(decodeURIComponent(id));
  if (batch === undefined) return openaiError(404, `No batch found with id '${id}'.`, digest, "batch_id", null);
  if (member === undefined && method === "GET") {
    advance(batch, request, answer);
    return jsonReply(200, headers, describe(batch));
  }
  if (member === "cancel" && method === "POST") {
    if (batch.endedMs !== undefined)
      return openaiError(409, `Cannot cancel a batch with status '${batch.state}'.`, digest);
    batch.state = "cancelling";
    batch.cancelledMs = request.nowMs;
    return jsonReply(200, headers, describe(batch));
  }
  return openaiError(404, `Invalid URL (${method} ${path})`, digest);
}

import type { AiVendorBatches, BatchAnswer, VendorBatch } from "../../../contracts/ai-vendor-batches.ts";
import { batchStatuses, type BatchStatus } from "../../../contracts/batch-status.ts";
import { fillPath } from "../../../contracts/wire-path.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import type { PlainDialect } from "../../_wire/dialect.ts";
import { fileForm } from "../../_wire/file-form.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { unreadableReply, vendorWire } from "../../_wire/vendor-wire.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

type Headers = (io: Pick<VendorIo, "credential">) => Readonly<Record<string, string>>;

interface OpenAiBatches {
  readonly headers: Headers;
  /** How requests and answers of each endpoint are written. */
  readonly dialects: {
    readonly "openai.chat": PlainDialect;
    readonly "openai.responses": PlainDialect;
    readonly "openai.embeddings": PlainDialect;
  };
}

// https://platform.openai.com/docs/guides/batch: endpoints, "up to 50,000 requests" and 200 MB a file
const endpoints = {
  "/v1/chat/completions": "openai.chat",
  "/v1/responses": "openai.responses",
  "/v1/embeddings": "openai.embeddings",
} as const;
const mostRequests = 50_000;
const mostBytes = 200 * 1024 * 1024;

/** Under which a batch says which operation of ours began it. */
const operationKey = "nexus_operation_id";
/** The file that is made for a batch is not needed after it. */
const inputSeconds = 7 * 86_400;

const countAt = (value: unknown, key: string): number => {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === "number" && Number.isSafeInteger(found) && found >= 0 ? found : 0;
};

const timeAt = (batch: JsonRecord, key: string): number | undefined => countAt(batch, key) || undefined;

const statusOf = (batch: JsonRecord): BatchStatus | undefined =>
  batchStatuses.find((status) => status === batch["status"]);

/** No address is made of any other id. */
const askableId = (id: string | undefined): string | undefined =>
  id === undefined || fillPath("/batches/{id}", { id }) === undefined ? undefined : id;

/** https://platform.openai.com/docs/api-reference/batch/object; of counts it tells those that succeeded and those that failed. */
const readBatch = (batch: JsonRecord): VendorBatch | undefined => {
  const vendorBatchId = askableId(wordAt(batch, "id"));
  const status = statusOf(batch);
  if (vendorBatchId === undefined || status === undefined) return undefined;
  const counts = recordAt(batch, "request_counts");
  const total = countAt(counts, "total");
  const succeeded = countAt(counts, "completed");
  const failed = countAt(counts, "failed");
  const rest = Math.max(total - succeeded - failed, 0);
  return {
    vendorBatchId,
    status,
    counts: {
      total,
      succeeded,
      failed,
      cancelled: status === "cancelled" ? rest : 0,
      expired: status === "expired" ? rest : 0,
    },
    times: {
      startedAt: timeAt(batch, "in_progress_at"),
      finalizingAt: timeAt(batch, "finalizing_at"),
      cancellingAt: timeAt(batch, "cancelling_at"),
      endedAt:
        timeAt(batch, "completed_at") ??
        timeAt(batch, "failed_at") ??
        timeAt(batch, "expired_at") ??
        timeAt(batch, "cancelled_at"),
      expiresAt: timeAt(batch, "expires_at"),
    },
    faults: arrayAt(recordAt(batch, "errors"), "data")
      .slice(0, 100)
      .map((fault) => ({
        code: wordAt(fault, "code") ?? "unknown",
        message: (stringAt(fault, "message") ?? "").slice(0, 500),
        line: countAt(fault, "line") || undefined,
      })),
    outputs: { answers: wordAt(batch, "output_file_id"), errors: wordAt(batch, "error_file_id") },
  };
};

const batchIn = (document: JsonRecord): VendorBatch => {
  const batch = readBatch(document);
  if (batch === undefined) throw unreadableReply();
  return batch;
};

/** Batches over files of requests and of answers. */
export const openAiBatches = ({ headers, dialects }: OpenAiBatches): AiVendorBatches => {
  const { ask, send, isGood, refusal } = vendorWire({ headers, errors: chatErrors });
  const dialectOf = (endpoint: string): PlainDialect | undefined => {
    const id = Object.entries(endpoints).find(([path]) => path === endpoint)?.[1];
    return id && dialects[id];
  };
  const json = { "content-type": "application/json", accept: "application/json" };

  const answered = (response: JsonRecord, customId: string, endpoint: string): BatchAnswer => {
    const { body } = response;
    const status = countAt(response, "status_code");
    if (status < 200 || status > 299) return { customId, outcome: "failed", body, metered: undefined };
    const reader = dialectOf(endpoint)?.reader(Math.max(arrayAt(body, "choices").length, 1));
    reader?.read(body);
    reader?.done();
    return { customId, outcome: "succeeded", body, metered: reader && meteredOf(reader.reading(undefined)) };
  };

  return {
    endpoints: Object.keys(endpoints),
    customIds: { pattern: /^[^\p{C}]{1,512}$/u, expected: "1 to 512 characters" },
    mostRequests,
    mostBytes,
    oneModel: true,
    tier: "batch",
    answersInFiles: true,
    line: ({ customId, endpoint, body }, limits) => {
      // The whole batch has one tier, and nothing of it is a stream.
      const {
        service_tier: _tier,
        stream: _stream,
        stream_options: _options,
        ...rest
      } = dialectOf(endpoint)?.enforceLimits(body, limits) ?? body;
      return JSON.stringify({ custom_id: customId, method: "POST", url: endpoint, body: rest });
    },
    start: async ({ endpoint, bytes, metadata, read }, io) => {
      const form = fileForm(
        {
          purpose: "batch",
          "expires_after[anchor]": "created_at",
          "expires_after[seconds]": inputSeconds.toString(),
        },
        {
          filename: `${io.operationId}.jsonl`,
          mediaType: "application/jsonl",
          bytes,
          purpose: "batch",
          expiresAfterSeconds: inputSeconds,
          read,
        },
      );
      const file = await ask(
        {
          method: "POST",
          path: "/files",
          headers: { accept: "application/json", "content-type": form.contentType },
          streamed: form.body,
          prepares: true,
        },
        io,
      );
      const fileId = wordAt(file, "id");
      if (fileId === undefined) throw unreadableReply();
      const body = JSON.stringify({
        input_file_id: fileId,
        endpoint,
        completion_window: "24h",
        metadata: { ...metadata, [operationKey]: io.operationId },
      });
      return batchIn(await ask({ method: "POST", path: "/batches", headers: json, body }, io));
    },
    get: async (id, io) =>
      batchIn(await ask({ method: "GET", path: "/batches/{id}", values: { id }, headers: json }, io)),
    cancel: async (id, io) =>
      batchIn(await ask({ method: "POST", path: "/batches/{id}/cancel", values: { id }, headers: json }, io)),
    // The newest hundred: what is looked for was begun moments ago.
    find: async (operationId, io) => {
      const page = await ask({ method: "GET", path: "/batches?limit=100", headers: json }, io);
      const found = arrayAt(page, "data").find(
        (batch) => stringAt(recordAt(batch, "metadata"), operationKey) === operationId,
      );
      return isRecord(found) ? batchIn(found) : undefined;
    },
    output: async ({ outputs }, output, io) => {
      const id = outputs[output];
      if (id === undefined) return (async function* nothing(): AsyncGenerator<Uint8Array, void, void> {})();
      const response = await send({ method: "GET", path: "/files/{id}/content", values: { id }, headers: {} }, io);
      if (!isGood(response)) throw await refusal(response, io);
      return response.body;
    },
    // https://platform.openai.com/docs/api-reference/batch/request-output
    answer: (line, endpoint) => {
      const customId = stringAt(line, "custom_id");
      if (customId === undefined) return undefined;
      const response = recordAt(line, "response");
      if (response !== undefined) return answered(response, customId, endpoint);
      const error = recordAt(line, "error");
      const code = wordAt(error, "code");
      const outcome = code === "batch_expired" ? "expired" : code === "batch_cancelled" ? "cancelled" : "failed";
      return { customId, outcome, body: error ?? null, metered: undefined };
    },
  };
};

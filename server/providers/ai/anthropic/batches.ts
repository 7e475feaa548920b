import type { AiVendorBatches, BatchAnswer, BatchCounts, VendorBatch } from "../../../contracts/ai-vendor-batches.ts";
import type { StreamedBody, VendorIo } from "../../../contracts/vendor-call.ts";
import { fillPath } from "../../../contracts/wire-path.ts";
import { isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { unreadableReply, vendorWire } from "../../_wire/vendor-wire.ts";
import { anthropicDialect } from "../_claude/anthropic-dialect.ts";
import { anthropicErrors } from "../_claude/anthropic-errors.ts";
import { filesBeta } from "./files.ts";

// https://docs.anthropic.com/en/docs/build-with-claude/batch-processing: "100,000 Message requests or 256 MB in size"
const mostRequests = 100_000;
const mostBytes = 256 * 1024 * 1024;

const endpoint = "/v1/messages";

const secondsAt = (batch: JsonRecord, key: string): number | undefined => {
  const ms = Date.parse(stringAt(batch, key) ?? "");
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000);
};

const countsOf = (batch: JsonRecord): BatchCounts & { readonly processing: number } => {
  const told = recordAt(batch, "request_counts") ?? {};
  const of = (key: string): number => {
    const count = told[key];
    return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : 0;
  };
  const counts = {
    processing: of("processing"),
    succeeded: of("succeeded"),
    failed: of("errored"),
    cancelled: of("canceled"),
    expired: of("expired"),
  };
  return { ...counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
};

/** An end has no reason there: what was cut short says it. */
const endOf = ({ cancelled, expired }: BatchCounts, batch: JsonRecord): VendorBatch["status"] => {
  if (stringAt(batch, "cancel_initiated_at") !== undefined && cancelled > 0) return "cancelled";
  return expired > 0 ? "expired" : "completed";
};

/** No address is made of any other id. */
const askableId = (id: string | undefined): string | undefined =>
  id === undefined || fillPath("/messages/batches/{id}", { id }) === undefined ? undefined : id;

/** https://docs.anthropic.com/en/api/retrieving-message-batches */
const batchIn = (batch: JsonRecord): VendorBatch => {
  const vendorBatchId = askableId(wordAt(batch, "id"));
  const state = stringAt(batch, "processing_status");
  if (vendorBatchId === undefined || (state !== "in_progress" && state !== "canceling" && state !== "ended"))
    throw unreadableReply();
  const { processing: _processing, ...counts } = countsOf(batch);
  const status = state === "ended" ? endOf(counts, batch) : state === "canceling" ? "cancelling" : "in_progress";
  return {
    vendorBatchId,
    status,
    counts,
    times: {
      startedAt: secondsAt(batch, "created_at"),
      cancellingAt: secondsAt(batch, "cancel_initiated_at"),
      endedAt: secondsAt(batch, "ended_at"),
      expiresAt: secondsAt(batch, "expires_at"),
    },
    faults: [],
    outputs: {},
  };
};

const newline = 10;

/** The lines as a list: `{"requests":[` … `]}`. */
const requestsBody = (bytes: number, read: () => AsyncIterable<Uint8Array>): StreamedBody => {
  const head = Buffer.from('{"requests":[');
  const tail = Buffer.from("]}");
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    yield head;
    let left = bytes;
    for await (const chunk of read()) {
      left -= chunk.byteLength;
      // Inside of JSON there is no line break: each ends a request, and the last one says nothing.
      const list = Buffer.from(chunk);
      for (let at = list.indexOf(newline); at >= 0; at = list.indexOf(newline, at + 1))
        list[at] = left === 0 && at === list.length - 1 ? 0x20 : 0x2c;
      yield list;
    }
    yield tail;
  }
  return { byteLength: head.byteLength + bytes + tail.byteLength, chunks: chunks() };
};

const headersOf = ({ credential }: Pick<VendorIo, "credential">): Readonly<Record<string, string>> => ({
  "x-api-key": credential["apiKey"] ?? "",
  "anthropic-version": "2023-06-01",
  // Requests may refer to files.
  "anthropic-beta": filesBeta,
});

const { ask, send, isGood, refusal } = vendorWire({ headers: headersOf, errors: anthropicErrors });
const json = { "content-type": "application/json", accept: "application/json" };

const outcomes = { errored: "failed", canceled: "cancelled", expired: "expired" } as const;

const answerOf = (customId: string, result: JsonRecord): BatchAnswer | undefined => {
  const type = stringAt(result, "type");
  if (type === "succeeded") {
    const message = result["message"];
    const reader = anthropicDialect.reader(1);
    reader.read(message);
    reader.done();
    return { customId, outcome: "succeeded", body: message, metered: meteredOf(reader.reading(undefined)) };
  }
  if (type !== "errored" && type !== "canceled" && type !== "expired") return undefined;
  return { customId, outcome: outcomes[type], body: result["error"] ?? null, metered: undefined };
};

/** Message batches. They carry nothing by which one could be found that was begun without an answer. */
export const anthropicBatches: AiVendorBatches = {
  endpoints: [endpoint],
  // https://docs.anthropic.com/en/api/creating-message-batches
  customIds: { pattern: /^[a-zA-Z0-9_-]{1,64}$/, expected: "1 to 64 letters, digits, - and _" },
  mostRequests,
  mostBytes,
  oneModel: false,
  tier: "batch",
  answersInFiles: false,
  line: ({ customId, body }, limits) => {
    const { service_tier: _tier, stream: _stream, ...params } = anthropicDialect.enforceLimits(body, limits);
    return JSON.stringify({ custom_id: customId, params });
  },
  start: async ({ bytes, read }, io) =>
    batchIn(
      await ask({ method: "POST", path: "/messages/batches", headers: json, streamed: requestsBody(bytes, read) }, io),
    ),
  get: async (id, io) =>
    batchIn(await ask({ method: "GET", path: "/messages/batches/{id}", values: { id }, headers: json }, io)),
  cancel: async (id, io) =>
    batchIn(await ask({ method: "POST", path: "/messages/batches/{id}/cancel", values: { id }, headers: json }, io)),
  output: async ({ vendorBatchId: id }, output, io) => {
    if (output === "errors") return (async function* nothing(): AsyncGenerator<Uint8Array, void, void> {})();
    const path = "/messages/batches/{id}/results";
    const response = await send({ method: "GET", path, values: { id }, headers: {} }, io);
    if (!isGood(response)) throw await refusal(response, io);
    return response.body;
  },
  answer: (line) => {
    const customId = stringAt(line, "custom_id");
    const result = isRecord(line) ? recordAt(line, "result") : undefined;
    return customId === undefined || result === undefined ? undefined : answerOf(customId, result);
  },
};

import { ProviderError, type ProviderIo, type WireRequest, type WireResponse } from "../../contracts/provider.ts";
import { isRecord, parseJson, type JsonRecord } from "./json.ts";
import type { Reader, Reading } from "./reader.ts";
import { SseFramer, SseOverflow, type SseFrame } from "./sse-framer.ts";
import { safeRequestId } from "./safe-message.ts";
import { transportFailure } from "./transport-failure.ts";
import { errorBodyOf } from "./vendor-error-body.ts";
import { failure, requestIdOf, vendorFailure } from "./vendor-failure.ts";

/** How a dialect's bytes are sealed and read. */
export interface Dialect {
  readonly reader: () => Reader;
  /** Makes the body what must be sent: the model, and exactly one output limit. */
  readonly seal: (body: JsonRecord, io: ProviderIo) => JsonRecord;
  /** Changes a document before anyone else reads it; undefined leaves it as it is. */
  readonly adjust?: (document: JsonRecord) => JsonRecord | undefined;
}

/** A whole answer, read and found to be no error. */
export interface TappedAnswer {
  readonly response: WireResponse;
  readonly bytes: Uint8Array;
  readonly document: unknown;
}

/** One attempt's tap: it sends, reads what passes, and turns every failure into a `ProviderError`. */
export interface Tap {
  readonly answer: (request: WireRequest) => Promise<TappedAnswer>;
  readonly stream: (
    request: WireRequest,
  ) => Promise<{ readonly response: WireResponse; readonly frames: AsyncIterable<SseFrame> }>;
  readonly reading: () => Reading;
  readonly requests: () => number;
  /** A stream came to its end without a failure, whether or not the vendor had finished. */
  readonly ended: () => boolean;
}

const errorBytesMax = 64 * 1024;

const collect = async (body: AsyncIterable<Uint8Array>, maxBytes = Number.POSITIVE_INFINITY): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) break;
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    : Buffer.concat(chunks);
};

export const openTap = (dialect: Dialect, io: ProviderIo): Tap => {
  const reader = dialect.reader();
  let vendorRequestId: string | undefined;
  let payload = "";
  let requests = 0;
  let ended = false;

  const fail = (error: unknown): ProviderError => {
    const known = transportFailure(error);
    if (known !== undefined) return known;
    const code = "PROVIDER_BAD_RESPONSE";
    return failure({ kind: requests === 0 ? "not_sent" : "unknown", code, about: "route" });
  };
  const vendorSays = (status: number, headers: Readonly<Record<string, string>>, document: unknown): ProviderError =>
    vendorFailure({ status, headers, document }, { credential: io.credential, payload, model: io.model });

  const send = async (request: WireRequest): Promise<WireResponse> => {
    payload = typeof request.body === "string" ? request.body : "";
    requests += 1;
    let response: WireResponse;
    try {
      // The ledger row's id: a vendor that deduplicates acts once on it, and both sides can look the call up by it.
      response = await io.send({ ...request, headers: { ...request.headers, "idempotency-key": io.operationId } });
    } catch (error) {
      throw fail(error);
    }
    vendorRequestId = requestIdOf(response.headers, { credential: io.credential, payload }) ?? vendorRequestId;
    if (response.status >= 200 && response.status < 300) return response;
    // A refusal whose text is cut is still a refusal.
    const text = await collect(response.body, errorBytesMax).then(String, () => "");
    throw vendorSays(response.status, response.headers, parseJson(text) ?? text);
  };

  const adjusted = (document: unknown): JsonRecord | undefined =>
    isRecord(document) ? dialect.adjust?.(document) : undefined;

  async function* framesOf(response: WireResponse): AsyncGenerator<SseFrame> {
    const framer = new SseFramer();
    const take = (frame: SseFrame): SseFrame => {
      if (frame.data === undefined || frame.data === "") return frame;
      if (frame.data === "[DONE]") {
        reader.done();
        return frame;
      }
      const document = parseJson(frame.data);
      if (document === undefined) throw failure({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE", about: "route" });
      if (errorBodyOf(document) !== undefined) {
        const { failure: told } = vendorSays(response.status, response.headers, document);
        const { rawUsage, deliveredBytes } = reader.reading(undefined);
        // An error instead of an answer is a refusal; after a beginning something may have been billed.
        const kind = rawUsage === undefined && deliveredBytes === 0 ? "refused" : "unknown";
        throw new ProviderError({
          ...told,
          kind,
          code: told.code === "PROVIDER_BAD_RESPONSE" ? "PROVIDER_UNAVAILABLE" : told.code,
        });
      }
      const changed = adjusted(document);
      reader.read(changed ?? document);
      if (changed === undefined) return frame;
      const data = JSON.stringify(changed);
      return { raw: Buffer.from(`data: ${data}\n\n`), data };
    };
    try {
      for await (const chunk of response.body) {
        for (const frame of framer.push(chunk)) yield take(frame);
      }
    } catch (error) {
      throw error instanceof SseOverflow
        ? failure({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE", about: "route" })
        : fail(error);
    }
    const last = framer.rest();
    // A last event without its empty line was cut off; what can be read of it still counts.
    if (last?.data !== undefined && (last.data === "[DONE]" || parseJson(last.data) !== undefined)) yield take(last);
    ended = true;
  }

  return {
    async answer(request) {
      const response = await send(request);
      let bytes: Buffer;
      try {
        bytes = await collect(response.body);
      } catch (error) {
        throw fail(error);
      }
      const parsed = parseJson(String(bytes));
      if (errorBodyOf(parsed) !== undefined) {
        const { failure: told } = vendorSays(response.status, response.headers, parsed);
        reader.read(parsed);
        // An error instead of an answer is a refusal; usage beside it says that something was done.
        throw reader.reading(undefined).rawUsage === undefined
          ? new ProviderError(told)
          : new ProviderError({ ...told, kind: "unknown" });
      }
      if (!isRecord(parsed))
        throw failure({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE", about: "route" }, { status: response.status });
      const changed = adjusted(parsed);
      const document = changed ?? parsed;
      reader.read(document);
      const { complete, rawUsage, deliveredBytes } = reader.reading(undefined);
      if (!complete && rawUsage === undefined && deliveredBytes === 0) {
        throw failure({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE", about: "route" }, { status: response.status });
      }
      return { response, bytes: changed === undefined ? bytes : Buffer.from(JSON.stringify(changed)), document };
    },
    async stream(request) {
      const response = await send(request);
      if (/\bjson\b/i.test(response.headers["content-type"] ?? "")) {
        // Some vendors answer a stream's errors as a document with status 200.
        const document = parseJson(await collect(response.body, errorBytesMax).then(String, () => ""));
        throw vendorSays(response.status, response.headers, document);
      }
      return { response, frames: framesOf(response) };
    },
    reading() {
      const reading = reader.reading(vendorRequestId);
      // Taken from the body where no header had one.
      return reading.vendorRequestId === vendorRequestId
        ? reading
        : {
            ...reading,
            vendorRequestId: safeRequestId(reading.vendorRequestId, { credential: io.credential, payload }),
          };
    },
    requests: () => requests,
    ended: () => ended,
  };
};

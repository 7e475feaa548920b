import type { Doubt } from "../../contracts/doubt.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError, type WireRequest, type WireResponse } from "../../contracts/vendor-call.ts";
import { collectBody } from "./collect-body.ts";
import { countUnreadable } from "./count-unreadable.ts";
import type { Dialect } from "./dialect.ts";
import { doneData } from "./done-data.ts";
import { FramingError, type WireFrame } from "./framer.ts";
import { isRecord, parseJson, type JsonRecord } from "./json.ts";
import { meteredOf, type Reading } from "./reader.ts";
import { safeRequestId } from "./safe-message.ts";
import { sniffDocument } from "./sniff-document.ts";
import { SseFramer } from "./sse-framer.ts";
import { transportFailure } from "./transport-failure.ts";
import { errorBodyOf } from "./vendor-error-body.ts";
import { failure, requestIdOf, vendorFailure } from "./vendor-failure.ts";

/** One frame with the document that its data is. */
export interface TappedFrame extends WireFrame {
  readonly document?: unknown;
}

/** A whole answer, read and found to be no error. */
export interface TappedAnswer {
  readonly response: WireResponse;
  readonly bytes: Uint8Array;
  readonly document: unknown;
}

/** One attempt's tap: it sends, reads what passes, and turns every failure into a `ProviderError`. */
export interface Tap {
  /** `said` is what the caller wrote in a request that is no text: nothing of it comes back in an error. */
  readonly answer: (request: WireRequest, said?: string) => Promise<TappedAnswer>;
  readonly stream: (
    request: WireRequest,
    said?: string,
  ) => Promise<{ readonly response: WireResponse; readonly frames: AsyncIterable<TappedFrame> }>;
  readonly reading: () => Reading;
  /** The vendor has said more than that an answer is coming. */
  readonly begun: () => boolean;
  readonly requests: () => number;
  /** A stream came to its end without a failure, whether or not the vendor had finished. */
  readonly ended: () => boolean;
}

const errorBytesMax = 64 * 1024;

const emptyLines = Buffer.from("\n\n");
const doneFrame = Buffer.from(`data: ${doneData}\n\n`);

/** A document as an event, named where its dialect names events. */
const frameOf = (document: JsonRecord): TappedFrame => {
  const data = JSON.stringify(document);
  return { raw: Buffer.from(`data: ${data}\n\n`), data, event: undefined, document };
};

/** Named events that a client must be able to read, where a dialect does not name its own. */
const commonEvents = /^(message|error)/;

export const openTap = (dialect: Dialect, io: ProviderIo): Tap => {
  const { errors, knownEvents = commonEvents, sign } = dialect;
  const signer: WireRequest["sign"] = sign && ((request) => sign(request, io.credential));
  const reader = dialect.reader(io.choices ?? 1);
  let vendorRequestId: string | undefined;
  let payload = "";
  let requests = 0;
  let ended = false;

  const fail = (error: unknown): ProviderError => {
    const known = transportFailure(error);
    if (known !== undefined) return known;
    const code = "PROVIDER_BAD_RESPONSE";
    return requests === 0
      ? failure({ kind: "not_sent", code, about: "route" })
      : failure({ kind: "unknown", doubt: "unreadable", code, about: "route" });
  };
  /** With what the vendor has told of its bill. */
  const billed = (error: ProviderError): ProviderError => error.with(meteredOf(reader.reading(vendorRequestId)));
  const vendorSays = (status: number, headers: Readonly<Record<string, string>>, document: unknown): ProviderError =>
    vendorFailure({ status, headers, document }, { credential: io.credential, payload, model: io.model }, errors);

  /** An error instead of an answer is a refusal; usage beside it says that something was done. */
  const refusedUnlessBilled = ({ status, headers }: WireResponse, document: unknown): ProviderError => {
    const error = vendorSays(status, headers, document);
    if (!isRecord(document)) return error;
    reader.read(document);
    if (reader.reading(undefined).rawUsage === undefined) return error;
    reader.done();
    return billed(new ProviderError({ ...error.failure, kind: "unknown", doubt: "server_error" }));
  };

  const send = async (request: WireRequest, said = ""): Promise<WireResponse> => {
    payload = typeof request.body === "string" ? request.body : said;
    requests += 1;
    let response: WireResponse;
    try {
      // The ledger row's id: a vendor that deduplicates acts once on it, and both sides can look the call up by it.
      const headers = { ...request.headers, "idempotency-key": io.operationId };
      response = await io.send({ ...request, headers, ...(signer === undefined ? {} : { sign: signer }) });
    } catch (error) {
      throw fail(error);
    }
    vendorRequestId = requestIdOf(response.headers, { credential: io.credential, payload }, errors) ?? vendorRequestId;
    if (response.status >= 200 && response.status < 300) return response;
    // A refusal whose text is cut is still a refusal.
    const text = await collectBody(response.body, { maxBytes: errorBytesMax }).then(String, () => "");
    throw refusedUnlessBilled(response, parseJson(text) ?? text);
  };

  const adjusted = (document: unknown, event?: string): JsonRecord | undefined =>
    isRecord(document) ? dialect.adjust?.(document, event) : undefined;

  const onCut = (bytes: Buffer): void => countUnreadable(reader, bytes, dialect.usageName);

  const badResponse = (status?: number, doubt: Doubt = "unreadable"): ProviderError =>
    failure({ kind: "unknown", doubt, code: "PROVIDER_BAD_RESPONSE", about: "route" }, { status });

  const vendorErrorOf = (response: WireResponse, document: unknown): ProviderError => {
    const { failure: says } = vendorSays(response.status, response.headers, document);
    const begun = reader.begun();
    const before = reader.reading(undefined).rawUsage;
    reader.read(document);
    // Nothing comes after an error, so that numbers which it brings are the last ones.
    if (reader.reading(undefined).rawUsage !== before) reader.done();
    return new ProviderError({
      ...says,
      // An error instead of an answer is a refusal; after a beginning, or with usage, something may have been billed.
      ...(begun || says.kind === "unknown" || reader.reading(undefined).rawUsage !== undefined
        ? ({ kind: "unknown", doubt: "server_error" } as const)
        : ({ kind: "refused", doubt: undefined } as const)),
      code: says.code === "PROVIDER_BAD_RESPONSE" ? "PROVIDER_UNAVAILABLE" : says.code,
    });
  };

  const isEnding = ({ data, document }: TappedFrame): boolean =>
    data?.trim() === doneData || dialect.endsStream?.(document) === true;

  /** Dialects that name their events ask clients to ignore those that they do not know. */
  const isIgnorable = ({ event }: WireFrame): boolean =>
    event !== undefined && event !== "" && !knownEvents.test(event);

  /** `over`: the ending has come, and what follows can only be counted. */
  const take = (frame: WireFrame, response: WireResponse, over: boolean): TappedFrame => {
    const data = frame.data?.trim();
    if (data === undefined || data === "") return frame;
    if (data === doneData) {
      reader.done();
      return frame;
    }
    const document = parseJson(data);
    if (document === undefined) {
      if (over || isIgnorable(frame)) return { ...frame, data: undefined };
      throw badResponse(response.status);
    }
    if (errorBodyOf(document, errors) !== undefined) {
      if (over) return { ...frame, data: undefined };
      throw vendorErrorOf(response, document);
    }
    const changed = adjusted(document, frame.event);
    reader.read(changed ?? document);
    return changed === undefined ? { ...frame, document } : frameOf(changed);
  };

  async function* framesOf(response: WireResponse, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TappedFrame> {
    const framer = dialect.framer?.() ?? new SseFramer();
    let over = false;
    let last: WireFrame | undefined;
    try {
      for await (const chunk of chunks) {
        for (const frame of framer.push(chunk)) {
          const taken = take(frame, response, over);
          // What comes after the ending is read for its numbers alone.
          if (!over) yield taken;
          over ||= isEnding(taken);
        }
      }
      last = framer.rest();
    } catch (error) {
      throw error instanceof FramingError ? badResponse(response.status, error.doubt) : fail(error);
    }
    // A last event without its empty line was cut off; what can be read of it still counts.
    if (last?.data !== undefined && (last.data.trim() === doneData || parseJson(last.data) !== undefined)) {
      const taken = take({ ...last, raw: Buffer.concat([last.raw, emptyLines]) }, response, over);
      if (!over) yield taken;
    }
    ended = true;
  }

  /** A whole answer where a stream was asked for, as the stream that it would have been. */
  async function* eventsOf(response: WireResponse, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TappedFrame> {
    const body = await collectBody(chunks, { onCut }).catch((error: unknown) => Promise.reject(fail(error)));
    const parsed = parseJson(String(body));
    if (parsed === undefined) onCut(body);
    for (const document of Array.isArray(parsed) ? parsed : [parsed]) {
      if (!isRecord(document)) throw badResponse(response.status);
      if (errorBodyOf(document, errors) !== undefined) throw vendorErrorOf(response, document);
      for (const event of dialect.asEvents?.(document) ?? [document]) {
        if (event === doneData) yield take({ raw: doneFrame, data: doneData, event: undefined }, response, false);
        else yield take(frameOf(event), response, false);
      }
    }
    if (!reader.begun()) throw badResponse(response.status);
    // There is nothing to come, whether or not a reason for the ending was given.
    reader.done();
    ended = true;
  }

  return {
    async answer(request, said) {
      const response = await send(request, said);
      let bytes: Buffer;
      try {
        bytes = await collectBody(response.body, { onCut });
      } catch (error) {
        throw billed(fail(error));
      }
      const parsed = parseJson(String(bytes));
      if (errorBodyOf(parsed, errors) !== undefined) throw refusedUnlessBilled(response, parsed);
      if (!isRecord(parsed)) {
        onCut(bytes);
        throw billed(badResponse(response.status));
      }
      const changed = adjusted(parsed);
      const document = changed ?? parsed;
      reader.read(document);
      const { complete, rawUsage, deliveredBytes } = reader.reading(undefined);
      if (!complete && rawUsage === undefined && deliveredBytes === 0) {
        throw badResponse(response.status);
      }
      // There is nothing to come: a whole answer needs no reason for its ending.
      reader.done();
      return { response, bytes: changed === undefined ? bytes : Buffer.from(JSON.stringify(changed)), document };
    },
    async stream(request, said) {
      const response = await send(request, said);
      if (dialect.binary === true) {
        const isJson = /\bjson\b/i.test(response.headers["content-type"] ?? "");
        return { response, frames: (isJson ? eventsOf : framesOf)(response, response.body) };
      }
      const { chunks, isDocument } = await sniffDocument(response.body).catch((error: unknown) => {
        throw fail(error);
      });
      return { response, frames: isDocument ? eventsOf(response, chunks) : framesOf(response, chunks) };
    },
    begun: reader.begun,
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

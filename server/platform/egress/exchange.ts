import { Readable } from "node:stream";
import type { Dispatcher, Pool } from "undici";
import type { StreamedBody } from "../../contracts/vendor-call.ts";
import { FairTimer } from "../fair-timer.ts";
import { decoded, decodersOf } from "./decoded.ts";
import { EgressError, type EgressReason } from "./egress-error.ts";

/** What is known of an attempt's bytes; kept true while its requests run. */
export interface Wire {
  /** A request's first byte was handed to an established connection. */
  sent: boolean;
  /** The status line and headers of an answer arrived. */
  answered: boolean;
  /** Of the latest answer. */
  status: number | undefined;
  /** Requests that were sent. */
  requests: number;
  /** Whoever reads the answer let the vendor wait. */
  readerWasSlow: boolean;
}

/** Limits of one exchange, all in ms except the bytes of the body. */
export interface Limits {
  readonly deadlineMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly maxBytes: number;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string | StreamedBody | undefined;
  /** Whoever asked is told where an answer leads. */
  readonly tellsRedirect?: boolean;
}

/** Whether an exchange carries what the attempt is for, or only prepares it: then nothing of the attempt is sent by it. */
export type Purpose = "acts" | "prepares";

export interface IncomingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

type RawHeaders = Record<string, string | string[] | undefined>;

/** Bytes kept for a slow reader before the vendor is made to wait. */
const highWaterBytes = 256 * 1024;

const flatHeaders = (raw: RawHeaders): Record<string, string> => {
  const flat: Record<string, string> = {};
  for (const name in raw) {
    const value = raw[name];
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
};

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";

const protocolCode = /^(UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE|NOT_SUPPORTED)|UND_ERR$)/;

const isStreamed = (body: OutgoingRequest["body"]): body is StreamedBody =>
  typeof body === "object" && "chunks" in body;

/** As the HTTP client takes it; the length of a streamed body is told beforehand, and kept to. */
const dispatched = ({ body, headers, tellsRedirect: _told, ...request }: OutgoingRequest): Dispatcher.DispatchOptions =>
  isStreamed(body)
    ? {
        ...request,
        headers: { ...headers, "content-length": body.byteLength.toString() },
        body: Readable.from(body.chunks, { objectMode: false }),
      }
    : { ...request, headers, body: body ?? null };

/** Says what went wrong of an error of the HTTP client, by when it came. */
const reasonOf = (error: unknown, began: boolean): EgressReason => {
  const code = codeOf(error);
  if (code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") return "request_invalid";
  if (!began) return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "name_unresolved" : "connect_failed";
  const parser = error instanceof Error && error.name === "HTTPParserError" && code !== "HPE_INVALID_EOF_STATE";
  return parser || protocolCode.test(code) ? "protocol" : "cut";
};

/**
 * One request and its answer, below every limit. `onRequestStart` fires when a connection is up and the head is about
 * to be written, also for requests that waited for a connection: the moment from which bytes may have left.
 */
export class Exchange implements Dispatcher.DispatchHandler, AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly answer: Promise<IncomingAnswer>;
  readonly #wire: Wire;
  readonly #purpose: Purpose;
  readonly #limits: Limits;
  readonly #signals: readonly AbortSignal[];
  readonly #done: (exchange: Exchange, failure: EgressError | undefined) => void;
  #resolve: (answer: IncomingAnswer) => void = () => undefined;
  #reject: (error: EgressError) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: EgressError | undefined;
  /** This request's own bytes may have left; `#wire` tells of all requests of the attempt. */
  #began = false;
  #answered = false;
  #status: number | undefined;
  #ended = false;
  #tellsRedirect = false;
  #received = 0;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #waiting:
    | {
        resolve: (result: IteratorResult<Uint8Array>) => void;
        reject: (error: EgressError) => void;
      }
    | undefined;
  readonly #endsAt: number;
  #deadline: FairTimer | undefined;
  #phase: FairTimer | undefined;

  constructor(
    wire: Wire,
    limits: Limits,
    signals: readonly AbortSignal[],
    done: (exchange: Exchange, failure: EgressError | undefined) => void,
    purpose: Purpose = "acts",
  ) {
    this.#wire = wire;
    this.#purpose = purpose;
    this.#limits = limits;
    this.#endsAt = performance.now() + limits.deadlineMs;
    this.#signals = signals;
    this.#done = done;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(pool: Pool, request: OutgoingRequest): Promise<IncomingAnswer> {
    this.#tellsRedirect = request.tellsRedirect === true;
    if (this.#signals.some((signal) => signal.aborted)) this.fail("aborted");
    else if (this.#limits.deadlineMs <= 0) this.fail("deadline");
    else {
      for (const signal of this.#signals) signal.addEventListener("abort", this.#onAbort);
      this.#deadline = this.#limit("deadline", this.#limits.deadlineMs);
      this.#phase = this.#limit("first_byte", this.#limits.firstByteMs);
      try {
        pool.dispatch(dispatched(request), this);
      } catch (cause) {
        this.fail("request_invalid", cause);
      }
    }
    return this.answer;
  }

  /** Ends the exchange; the first reason wins. */
  fail(reason: EgressReason, cause?: unknown): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = new EgressError(reason, { sent: this.#wire.sent, status: this.#status, cause });
    this.#settle();
    this.#controller?.abort(this.#failure);
    this.#reject(this.#failure);
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) {
      controller.abort(this.#failure);
      return;
    }
    // A process that stood still may find a connection before its timers: others count on nothing leaving after this.
    if (performance.now() >= this.#endsAt) return this.fail("deadline");
    this.#began = true;
    if (this.#purpose === "acts") this.#wire.sent = true;
    this.#wire.requests += 1;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, raw: RawHeaders): void {
    if (status < 200 || this.#failure !== undefined) return;
    this.#answered = true;
    if (this.#purpose === "acts") this.#wire.answered = true;
    this.#wire.status = status;
    this.#status = status;
    this.#phase?.clear();
    const headers = flatHeaders(raw);
    if (status >= 300 && status < 400 && !this.#tellsRedirect) return this.fail("redirect");
    const decoders = decodersOf(headers["content-encoding"]);
    if (decoders === undefined) return this.fail("encoded");
    if (Number(headers["content-length"] ?? 0) > this.#limits.maxBytes) return this.fail("too_large");
    this.#phase = this.#limit("idle", this.#limits.idleMs);
    if (decoders.length === 0) return this.#resolve({ status, headers, body: this });
    // No compression was requested, but an answer that can be decoded is accepted.
    const { "content-encoding": _encoding, "content-length": _length, ...plain } = headers;
    const { maxBytes } = this.#limits;
    const fail = (reason: EgressReason): void => this.fail(reason);
    this.#resolve({ status, headers: plain, body: decoded({ body: this, decoders, maxBytes, status, fail }) });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#received += chunk.byteLength;
    if (this.#received > this.#limits.maxBytes) return this.fail("too_large");
    if (!controller.paused) this.#phase?.refresh();
    if (this.#waiting !== undefined) {
      this.#waiting.resolve({ done: false, value: chunk });
      this.#waiting = undefined;
      return;
    }
    this.#chunks.push(chunk);
    this.#buffered += chunk.byteLength;
    if (this.#buffered > highWaterBytes && !controller.paused) {
      controller.pause();
      this.#wire.readerWasSlow = true;
      // A slow reader is not a stalled vendor; the deadline still holds.
      this.#phase?.clear();
    }
  }

  onResponseEnd(): void {
    if (this.#failure !== undefined) return;
    this.#ended = true;
    this.#settle();
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (error instanceof EgressError && this.#failure === undefined) this.fail(error.reason, error.cause);
    else this.fail(reasonOf(error, this.#began), error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#buffered -= chunk.byteLength;
      if (this.#buffered <= highWaterBytes / 2 && this.#controller?.paused === true && !this.#ended) {
        this.#phase = this.#limit("idle", this.#limits.idleMs);
        this.#controller.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The reader stopped early: the rest is not wanted. */
  return(): Promise<IteratorResult<Uint8Array>> {
    this.fail("aborted");
    this.#chunks = [];
    return Promise.resolve({ done: true, value: undefined });
  }

  readonly #onAbort = (): void => this.fail("aborted");

  /** None where the deadline comes first anyway. */
  #limit(reason: EgressReason, ms: number): FairTimer | undefined {
    if (reason !== "deadline" && performance.now() + ms >= this.#endsAt) return undefined;
    const heard = (): number => (this.#answered ? 1 : 0) + this.#received;
    return new FairTimer({ ms, received: heard, onTimeout: () => this.fail(reason) });
  }

  #settle(): void {
    this.#deadline?.clear();
    this.#phase?.clear();
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#onAbort);
    this.#done(this, this.#failure);
  }
}

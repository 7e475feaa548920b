import { parseSseEvent } from "../../contracts/sse-event.ts";
import { FramingError, type Framer, type WireFrame } from "./framer.ts";

/** An event, or a run of bytes without any event, that is larger than the limit. */
const overflow = (): FramingError => new FramingError("too_large", "an event is larger than is read");

const lf = 10;
const cr = 13;

/** Above any answer's own limit, which the transport keeps. */
const defaultMaxBytes = 64 * 1024 * 1024;
/** Comments between two events keep a connection open; more than this is a flood. */
const defaultMaxIdleBytes = 1024 * 1024;

/**
 * Cuts a byte stream into server-sent events, in every spelling that the standard has: lines end with LF, CR or CRLF, a
 * byte order mark may come first. Each byte is looked at once, however long an event is and however it is cut.
 * `eventsource-parser` does the same for text; here each event needs its bytes, which go on as they are.
 */
export class SseFramer implements Framer {
  readonly #maxBytes: number;
  readonly #maxIdleBytes: number;
  /** Bytes of the unfinished frame. */
  #parts: Buffer[] = [];
  #size = 0;
  #lineIsEmpty = true;
  /** The last byte was a CR: an LF that comes next belongs to it. */
  #afterCr = false;
  /** That CR ended a frame, unless an LF still comes. */
  #endsFrame = false;
  /** Lines were seen that end with a CR alone: then a frame need not wait for an LF. */
  #bareCr = false;
  #idleBytes = 0;
  #first = true;

  constructor(maxBytes = defaultMaxBytes, maxIdleBytes = Math.min(maxBytes, defaultMaxIdleBytes)) {
    this.#maxBytes = maxBytes;
    this.#maxIdleBytes = maxIdleBytes;
  }

  /** The frames that these bytes complete. */
  push(chunk: Uint8Array): WireFrame[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length === 0) return [];
    const frames: WireFrame[] = [];
    let start = 0;
    let at = 0;
    if (this.#afterCr) {
      if (bytes[0] === lf) at = 1;
      else this.#bareCr = true;
      if (this.#endsFrame) {
        frames.push(this.#frame(bytes.subarray(0, at)));
        start = at;
      }
      this.#afterCr = this.#endsFrame = false;
    }
    let nextLf = bytes.indexOf(lf, at);
    let nextCr = bytes.indexOf(cr, at);
    while (nextLf !== -1 || nextCr !== -1) {
      const isCr = nextCr !== -1 && (nextLf === -1 || nextCr < nextLf);
      const end = isCr ? nextCr : nextLf;
      const empty = this.#lineIsEmpty && end === at;
      at = end + 1;
      this.#lineIsEmpty = true;
      if (isCr && at === bytes.length) {
        // Whether an LF belongs to it is known only with the next bytes.
        this.#afterCr = true;
        this.#endsFrame = empty && !this.#bareCr;
        if (!empty || this.#endsFrame) break;
      } else if (isCr) {
        if (bytes[at] === lf) at += 1;
        else this.#bareCr = true;
      }
      if (empty) {
        frames.push(this.#frame(bytes.subarray(start, at)));
        start = at;
      }
      if (nextLf !== -1 && nextLf < at) nextLf = bytes.indexOf(lf, at);
      if (nextCr !== -1 && nextCr < at) nextCr = bytes.indexOf(cr, at);
    }
    if (at < bytes.length) this.#lineIsEmpty = false;
    if (start < bytes.length) {
      this.#parts.push(bytes.subarray(start));
      this.#size += bytes.length - start;
    }
    if (this.#size > this.#maxBytes) throw overflow();
    return frames;
  }

  /** What is left without an ending, once the stream is over. */
  rest(): WireFrame | undefined {
    return this.#size === 0 ? undefined : this.#frame(Buffer.alloc(0));
  }

  #frame(last: Buffer): WireFrame {
    const raw = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#size = 0;
    const event = parseSseEvent(raw, this.#first);
    this.#first = false;
    this.#idleBytes = event.data === undefined ? this.#idleBytes + raw.length : 0;
    if (this.#idleBytes > this.#maxIdleBytes || raw.length > this.#maxBytes) throw overflow();
    return { raw, ...event };
  }
}

/** One event of a stream, with the very bytes in which it came. */
export interface SseFrame {
  readonly raw: Uint8Array;
  /** The `data` lines joined; undefined for comments and other frames without data. */
  readonly data: string | undefined;
}

/** An event, or a run of bytes without any event, that is larger than the limit. */
export class SseOverflow extends Error {}

const lf = 10;
const cr = 13;

/** The `data` lines of a frame. Only whole frames are decoded, so a character is never split. */
const dataOf = (raw: Buffer): string | undefined => {
  let data: string | undefined;
  for (const line of raw.toString("utf8").split(/\r?\n/)) {
    if (line.startsWith("data:")) {
      const value = line.charAt(5) === " " ? line.slice(6) : line.slice(5);
      data = data === undefined ? value : `${data}\n${value}`;
    }
  }
  return data;
};

/**
 * Cuts a byte stream into server-sent events. Bounded: neither an unfinished event nor a flood of comments between two
 * events may pass `maxBytes`.
 */
export class SseFramer {
  readonly #maxBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #scanned = 0;
  #sinceEvent = 0;

  constructor(maxBytes = 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  /** The frames that these bytes complete. */
  push(chunk: Uint8Array): SseFrame[] {
    const incoming = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#pending.length === 0 ? incoming : Buffer.concat([this.#pending, incoming]);
    const frames: SseFrame[] = [];
    let start = 0;
    let at = this.#scanned;
    for (;;) {
      const end = bytes.indexOf(lf, at);
      if (end === -1) break;
      at = end + 1;
      // A frame ends at an empty line: LF or CRLF right after a line end, or at the very start.
      const lineEnd = end > start && bytes[end - 1] === cr ? end - 1 : end;
      if (lineEnd === start || bytes[lineEnd - 1] === lf) {
        frames.push(this.#frame(bytes.subarray(start, at)));
        start = at;
      }
    }
    this.#pending = bytes.subarray(start);
    this.#scanned = this.#pending.length;
    if (this.#pending.length > this.#maxBytes) throw new SseOverflow();
    return frames;
  }

  /** What is left without an ending, once the stream is over. */
  rest(): SseFrame | undefined {
    if (this.#pending.length === 0) return undefined;
    const frame = { raw: this.#pending, data: dataOf(this.#pending) };
    this.#pending = Buffer.alloc(0);
    return frame;
  }

  #frame(raw: Buffer): SseFrame {
    const data = dataOf(raw);
    this.#sinceEvent = data === undefined ? this.#sinceEvent + raw.length : 0;
    if (this.#sinceEvent > this.#maxBytes || raw.length > this.#maxBytes) throw new SseOverflow();
    return { raw, data };
  }
}

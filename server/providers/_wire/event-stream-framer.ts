import { crc32 } from "node:zlib";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { FramingError, type Framer, type WireFrame } from "./framer.ts";
import { isRecord, parseJson } from "./json.ts";

// application/vnd.amazon.eventstream: https://smithy.io/2.0/aws/amazon-eventstream.html. A message is its length, the
// length of its headers, a checksum of these two, the headers, the payload, and a checksum of all before it.

const preludeBytes = 12;
const leastBytes = 16;
/** The format's own limits: 24 MiB of payload, 128 KiB of headers. */
const mostBytes = 24 * 1024 * 1024 + 128 * 1024 + leastBytes;

const toText = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("utf8");
const codec = new EventStreamCodec(toText, (text) => Buffer.from(text, "utf8"));

type Message = ReturnType<EventStreamCodec["decode"]>;

const headerOf = ({ headers }: Message, name: string): string | undefined => {
  const header = headers[name];
  return header?.type === "string" ? header.value : undefined;
};

/** An exception or an error of the stream, as an error document. */
const errorData = (message: Message): string => {
  const payload = parseJson(toText(message.body));
  const said = headerOf(message, ":error-message");
  return JSON.stringify({
    error: {
      ...(isRecord(payload) ? payload : {}),
      ...(said === undefined ? {} : { message: said }),
      type: headerOf(message, ":exception-type") ?? headerOf(message, ":error-code") ?? "exception",
    },
  });
};

const frameOf = (raw: Buffer): WireFrame => {
  let message: Message;
  try {
    message = codec.decode(raw);
  } catch (cause) {
    throw new FramingError("unreadable", "a message is damaged", { cause });
  }
  const type = headerOf(message, ":message-type") ?? "event";
  if (type !== "event") return { raw, event: "error", data: errorData(message) };
  return {
    raw,
    event: headerOf(message, ":event-type"),
    data: message.body.byteLength === 0 ? undefined : toText(message.body),
  };
};

/**
 * Cuts a binary event stream into its messages. A damaged length would make it wait for bytes that never come, so the
 * beginning of a message is checked before any more of it is awaited.
 */
export class EventStreamFramer implements Framer {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #size = 0;
  /** Bytes without which nothing more can be said. */
  #needed = preludeBytes;

  constructor(maxBytes = mostBytes) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): WireFrame[] {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.byteLength;
    if (this.#size < this.#needed) return [];
    const frames: WireFrame[] = [];
    const bytes = Buffer.concat(this.#parts);
    let at = 0;
    for (;;) {
      const left = bytes.length - at;
      this.#needed = left < preludeBytes ? preludeBytes : this.#lengthAt(bytes.subarray(at, at + preludeBytes));
      if (left < this.#needed) break;
      frames.push(frameOf(bytes.subarray(at, at + this.#needed)));
      at += this.#needed;
    }
    this.#parts = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#size = bytes.length - at;
    return frames;
  }

  rest(): undefined {
    if (this.#size > 0) throw new FramingError("cut", "the stream ended within a message");
  }

  #lengthAt(prelude: Buffer): number {
    const [length, headers] = [prelude.readUInt32BE(0), prelude.readUInt32BE(4)];
    if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8))
      throw new FramingError("unreadable", "the beginning of a message is damaged");
    if (length > this.#maxBytes) throw new FramingError("too_large", "a message is larger than is read");
    if (length < leastBytes + headers) throw new FramingError("unreadable", "a message is shorter than its headers");
    return length;
  }
}

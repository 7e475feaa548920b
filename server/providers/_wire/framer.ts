/** One message of a streamed answer: an event of text, with the very bytes in which it came. */
export interface WireFrame {
  readonly raw: Uint8Array;
  /** What kind of message it is, where the stream names its kinds. */
  readonly event: string | undefined;
  /** What the message carries; undefined for one that carries nothing, such as a comment. */
  readonly data: string | undefined;
}

/** Cuts the bytes of a stream into its messages, however the network has cut them. Throws `FramingError` alone. */
export interface Framer {
  /** The messages that these bytes complete. */
  readonly push: (chunk: Uint8Array) => readonly WireFrame[];
  /** What is left once the stream is over. */
  readonly rest: () => WireFrame | undefined;
}

/** A stream whose message boundaries are lost: one is larger than the limit, damaged, or was cut off. */
export class FramingError extends Error {
  readonly doubt: "too_large" | "unreadable" | "cut";

  constructor(doubt: FramingError["doubt"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "FramingError";
    this.doubt = doubt;
  }
}

import { Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { EgressError, type EgressReason } from "./egress-error.ts";

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Nobody compresses what is compressed more than twice. */
const maxEncodings = 2;

/** The decoders of a `content-encoding`, the outermost first; undefined where one is not known. */
export const decodersOf = (encoding: string | undefined): readonly (() => Transform)[] | undefined => {
  if (encoding === undefined) return [];
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  const made = names.toReversed().flatMap((name) => decoders[name] ?? []);
  return made.length === names.length && names.length <= maxEncodings ? made : undefined;
};

interface Decode {
  readonly body: AsyncIterable<Uint8Array>;
  readonly decoders: readonly (() => Transform)[];
  readonly maxBytes: number;
  readonly status: number;
  /** Ends the exchange that the body comes from. */
  readonly fail: (reason: EgressReason) => void;
}

/** A body as it was before it was compressed, below its limit, however small it comes. */
export async function* decoded({ body, decoders: made, maxBytes, status, fail }: Decode): AsyncGenerator<Uint8Array> {
  const streams = made.map((make) => make());
  const source = Readable.from(body, { objectMode: false, highWaterMark: 64 * 1024 });
  let last: Readable = source;
  for (const stream of streams) {
    // An error is passed to the reader, and ends the source.
    last.once("error", (error) => stream.destroy(error));
    last = last.pipe(stream);
  }
  const failed = (reason: EgressReason): EgressError => {
    fail(reason);
    return new EgressError(reason, { sent: true, status });
  };
  let size = 0;
  try {
    for await (const chunk of last as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > maxBytes) throw failed("too_large");
      yield chunk;
    }
  } catch (error) {
    throw error instanceof EgressError ? error : failed("encoded");
  } finally {
    source.destroy();
    for (const stream of streams) stream.destroy();
  }
}

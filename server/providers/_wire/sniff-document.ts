interface Sniffed {
  /** The body, untouched. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly isDocument: boolean;
}

/** Whether a body is a document and no stream: no event, of text or binary, begins with a bracket. */
export const sniffDocument = async (body: AsyncIterable<Uint8Array>): Promise<Sniffed> => {
  const source = body[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let begin = "";
  for (let next = await source.next(); !next.done; next = await source.next()) {
    seen.push(next.value);
    begin = Buffer.from(next.value.subarray(0, 64))
      .toString("latin1")
      .replace(/^\xef\xbb\xbf/, "")
      .trimStart();
    if (begin !== "") break;
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  }
  return { chunks: chunks(), isDocument: begin.startsWith("{") || begin.startsWith("[") };
};

interface Collect {
  readonly maxBytes?: number;
  /** Told what had come, where the rest does not come. */
  readonly onCut?: (bytes: Buffer) => void;
}

/** The whole of a body, or its beginning where it is larger than wanted. */
export const collectBody = async (
  body: AsyncIterable<Uint8Array>,
  { maxBytes = Number.POSITIVE_INFINITY, onCut }: Collect = {},
): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size > maxBytes) break;
    }
  } catch (error) {
    onCut?.(Buffer.concat(chunks));
    throw error;
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined
    ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
    : Buffer.concat(chunks);
};

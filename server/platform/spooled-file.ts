import { createHash, randomUUID } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What came, on disk: it has no name, so that it is gone with its process, however that ends. */
export interface SpooledFile {
  readonly bytes: number;
  readonly sha256: Buffer;
  /** From a place in it, or its beginning, up to another, or its end. */
  readonly read: (from?: number, to?: number) => AsyncIterable<Uint8Array>;
  /** By which a thread of this process can read what is on disk; undefined where it is in memory. */
  readonly descriptor: number | undefined;
  readonly close: () => Promise<void>;
}

const chunkBytes = 256 * 1024;

async function* readFrom(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
  for (let at = from; at < to;) {
    const length = Math.min(chunkBytes, to - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The same of what is there as a whole already. */
export const fileInMemory = (contents: Uint8Array): SpooledFile => ({
  bytes: contents.byteLength,
  sha256: createHash("sha256").update(contents).digest(),
  async *read(from = 0, to = contents.byteLength) {
    yield contents.subarray(from, to);
  },
  descriptor: undefined,
  close: () => Promise.resolve(),
});

/** Writes what comes to disk, and closes it again where it does not come to its end. */
export const spoolFile = async (chunks: AsyncIterable<Uint8Array>): Promise<SpooledFile> => {
  const path = join(tmpdir(), `nexus-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await unlink(path);
    for await (const chunk of chunks) {
      hash.update(chunk);
      for (let at = 0; at < chunk.byteLength;) at += (await file.write(chunk, at)).bytesWritten;
      bytes += chunk.byteLength;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    bytes,
    sha256: hash.digest(),
    read: (from = 0, to = bytes) => readFrom(file, from, to),
    descriptor: file.fd,
    close: () => file.close(),
  };
};

import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CliError } from "./cli-error.ts";

/** What was written. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a file only its owner can read, whole or not at all, as its pieces come; what was there before stays until then. */
export const writeWholeFile = async (
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<WrittenFile> => {
  const draft = `${file}.part`;
  const digest = createHash("sha256");
  let bytes = 0;
  await rm(draft, { force: true });
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      for await (const piece of pieces) {
        if (signal.aborted) throw new CliError("Stopped: nothing was written.");
        const buffer = typeof piece === "string" ? Buffer.from(piece) : piece;
        digest.update(buffer);
        bytes += buffer.byteLength;
        await handle.writeFile(buffer);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return { bytes, sha256: digest.digest("hex") };
};

import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CliError } from "./cli-error.ts";

/** Writes what comes to a file that is not there yet. */
export const saveNew = async (body: AsyncIterable<Uint8Array>, path: string): Promise<void> => {
  const out = createWriteStream(path, { flags: "wx" });
  try {
    await pipeline(Readable.from(body, { objectMode: false }), out);
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new CliError(
      exists ? `${path} is there already: name another by --out.` : `${path} is not whole: the answer broke off.`,
    );
  }
};

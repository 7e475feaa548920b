import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NexusError } from "../errors.ts";
import type { OpenDoor } from "./dispatch.ts";

/** The packages that apps install from a running gateway. */
const packageNames = ["nexus-client", "auth-client", "auth-middleware"] as const;

interface Archive {
  readonly bytes: Buffer;
  readonly etag: string;
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** Read once: another version is another process. */
const archiveReader = (file: string): (() => Promise<Archive>) => {
  let kept: Archive | undefined;
  return async () => {
    if (kept) return kept;
    try {
      const bytes = await readFile(file);
      kept = { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url")}"` };
      return kept;
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new NexusError("OVERLOADED", {
        message: "The packages are still being packed. If this goes on, the log says why.",
        retryAfterMs: 2_000,
      });
    }
  };
};

const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag));

const packageDoor = (file: string): OpenDoor => {
  const read = archiveReader(file);
  return async (request) => {
    const { bytes, etag } = await read();
    const headers = { etag, "cache-control": "public, no-cache" };
    if (isKnown(request.header("if-none-match"), etag)) return { status: 304, headers, body: "" };
    return { status: 200, headers: { ...headers, "content-type": "application/gzip" }, body: bytes };
  };
};

/** `GET /packages/<name>.tgz`, each by its exact path. */
export const packageDoors = (folder: string | undefined): readonly (readonly [string, OpenDoor])[] =>
  folder === undefined
    ? []
    : packageNames.map((name) => [`/packages/${name}.tgz`, packageDoor(join(folder, `${name}.tgz`))]);

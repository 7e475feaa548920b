import { setTimeout as pause } from "node:timers/promises";
import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { findFiles, noteState, type FileReference, type StoredFile } from "../../domain/files/index.ts";
import { NexusError } from "../../errors.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import type { FilesDeps } from "./files-deps.ts";

/** A file as it is now: while its vendor looks into it, that is asked. Where the vendor cannot say, as it was last known. */
export const lookAtFile = async (
  { gateway, deps }: FilesDeps,
  ctx: CallContext,
  file: StoredFile,
  operation: typeof ai.getFile | typeof ai.uploadFile,
): Promise<StoredFile> => {
  if (file.state !== "processing") return file;
  try {
    const { answer } = await ask(
      gateway,
      fileRequest({
        operation,
        place: { file },
        ask: async ({ files: vendor, io }) => vendor.look?.(file.vendorFileId, io),
      }),
      ctx,
    );
    return answer === undefined ? file : await noteState(deps, file, answer);
  } catch (error) {
    if (!NexusError.is(error)) throw error;
    return file;
  }
};

/** A film of two hours is looked into for about a minute. */
const mostWaitMs = 60_000;
const firstWaitMs = 250;
const longestWaitMs = 4_000;

const notReady = ({ id, vendor }: StoredFile, field: string): NexusError =>
  new NexusError("CONFLICT", {
    message: `${vendor} is still looking into ${id}; send the request again when it is done.`,
    details: { kind: "file_processing", fileId: id },
    issues: [{ field, expected: "a file whose state is active" }],
    retryAfterMs: 5_000,
    retryable: true,
  });

const notReadable = ({ id, vendor }: StoredFile, field: string): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `${vendor} could not read ${id}: it is not what its media type says, or is damaged.`,
    details: { kind: "file_failed", fileId: id },
    issues: [{ field, expected: "a file that its vendor could read" }],
  });

/** The files that a call refers to, once their vendors have looked into them: that is waited for, for a while. */
export const readyFiles = async (
  files: FilesDeps,
  ctx: CallContext,
  references: readonly FileReference[],
): Promise<ReadonlyMap<string, StoredFile>> => {
  const found = new Map(await findFiles(files.deps, ctx.organizationId, references));
  const fieldOf = (id: string): string => references.find(({ fileId }) => fileId === id)?.field ?? "fileId";
  const { clock } = files.gateway;
  const endsAt = clock.monotonic() + mostWaitMs;
  for (let file of found.values()) {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      file = await lookAtFile(files, ctx, file, ai.uploadFile);
      if (file.state !== "processing") break;
      if (clock.monotonic() + waitMs > endsAt) throw notReady(file, fieldOf(file.id));
      await pause(waitMs, undefined, { signal: ctx.signal }).catch(() => {
        throw new NexusError("REQUEST_CANCELLED");
      });
    }
    if (file.state === "failed") throw notReadable(file, fieldOf(file.id));
    found.set(file.id, file);
  }
  return found;
};

import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { fileBounds } from "./file-bounds.ts";
import type { UploadKey } from "./find-upload.ts";
import { insertFile, lockFilesOf, sumFiles, type NewFileRow } from "./store.ts";

/** A file before the first of its bytes leaves. */
export interface NewUpload extends Pick<
  NewFileRow,
  "rowId" | "vendor" | "credentialId" | "credentialTier" | "filename" | "mediaType" | "purpose" | "bytes" | "readings"
> {
  readonly key: UploadKey | undefined;
}

const full = (): NexusError =>
  new NexusError("CONFLICT", {
    message: `An organization can have at most ${fileBounds.files} files of ${fileBounds.bytes / 1024 ** 3} GB together; delete some first.`,
    details: { kind: "too_many_files", mostFiles: fileBounds.files, mostBytes: fileBounds.bytes },
  });

/** Notes that a file is on its way; a key names one upload, so that of two only one goes on. */
export const beginUpload = async (
  deps: Pick<Deps, "db">,
  { organizationId, appId, userId, keyId }: Pick<CallContext, "organizationId" | "appId" | "userId" | "keyId">,
  { key, ...upload }: NewUpload,
): Promise<void> => {
  const isNew = await inTransaction(deps.db.pool, async (client) => {
    await lockFilesOf(client, organizationId);
    const { files, bytes } = await sumFiles(client, organizationId);
    if (files >= fileBounds.files || bytes + upload.bytes > fileBounds.bytes) throw full();
    return insertFile(client, {
      ...upload,
      organizationId,
      appId,
      userId,
      keyId,
      key: key?.key,
      fingerprint: key?.fingerprint,
    });
  });
  if (!isNew) throw new NexusError("IDEMPOTENCY_IN_PROGRESS", { retryAfterMs: 1_000 });
};

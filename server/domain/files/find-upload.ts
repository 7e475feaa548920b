import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectFileOfKey, type StoredFile } from "./store.ts";

/** What makes two uploads the same: the caller's key, and what was uploaded under it. */
export interface UploadKey {
  readonly key: Buffer;
  readonly fingerprint: Buffer;
}

/** The file that was uploaded under this key before; throws where that is under way, or was another file. */
export const findUpload = async (
  { db }: Pick<Deps, "db">,
  { key, fingerprint }: UploadKey,
): Promise<StoredFile | undefined> => {
  const found = await selectFileOfKey(db.pool, key);
  if (found === undefined) return undefined;
  if (!found.fingerprint.equals(fingerprint)) throw new NexusError("IDEMPOTENCY_MISMATCH");
  if (found.file === undefined) throw new NexusError("IDEMPOTENCY_IN_PROGRESS", { retryAfterMs: 1_000 });
  return found.file;
};

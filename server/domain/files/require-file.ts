import { fileRowIdOf } from "../../contracts/file-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectFiles, type StoredFile } from "./store.ts";

/** A file of the organization; NOT_FOUND for every other, whosever it is. */
export const requireFile = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  fileId: string,
): Promise<StoredFile> => {
  const rowId = fileRowIdOf(fileId);
  const [file] = rowId === undefined ? [] : await selectFiles(db.pool, organizationId, [rowId]);
  if (file !== undefined) return file;
  throw new NexusError("NOT_FOUND", { message: `There is no file '${fileId.slice(0, 64)}'.` });
};

import { fileRowIdOf } from "../../contracts/file-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectFiles, type StoredFile } from "./store.ts";

/** Where a request refers to a file. */
export interface FileReference {
  readonly fileId: string;
  readonly field: string;
}

/** The files of an organization that a request refers to, by their ids; of one that it does not have nothing is told. */
export const findFiles = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  references: readonly FileReference[],
): Promise<ReadonlyMap<string, StoredFile>> => {
  const rowIds = references.flatMap(({ fileId }) => fileRowIdOf(fileId) ?? []);
  const found = await selectFiles(db.pool, organizationId, [...new Set(rowIds)]);
  const files = new Map(found.map((file) => [file.id, file]));
  const missing = references.filter(({ fileId }) => !files.has(fileId));
  if (missing.length > 0)
    throw new NexusError("INVALID_INPUT", {
      issues: missing
        .slice(0, 20)
        .map(({ field }) => ({ field, expected: "the id of a file that the organization has" })),
    });
  return files;
};

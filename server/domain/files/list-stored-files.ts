import { fileRowIdOf } from "../../contracts/file-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectPage, type PageOfFiles, type StoredFile } from "./store.ts";

export interface FileList {
  readonly files: readonly StoredFile[];
  readonly more: boolean;
}

/** A page of an organization's files. `beyond` is the last of the page before, by its id. */
export const listStoredFiles = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  page: PageOfFiles,
): Promise<FileList> => {
  const beyond = page.beyond === undefined ? undefined : fileRowIdOf(page.beyond);
  if (page.beyond !== undefined && beyond === undefined)
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "after", expected: "the id of a file" }] });
  const ids = page.ids?.flatMap((id) => fileRowIdOf(id) ?? []);
  const rows = await selectPage(db.pool, organizationId, { ...page, beyond, ids });
  return { files: rows.slice(0, page.limit), more: rows.length > page.limit };
};

import { isFileId } from "../../contracts/file-id.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import type { AskedPage, FilesDialect } from "./files-dialect.ts";
import { fileIdIn, invalidFileField, numberIn } from "./file-query.ts";

/** https://docs.anthropic.com/en/api/files-metadata: what is uploaded cannot be downloaded there. */
const fileOf = (file: StoredFile): Record<string, unknown> => ({
  id: file.id,
  type: "file",
  filename: file.filename,
  mime_type: file.mediaType,
  size_bytes: file.bytes,
  created_at: file.createdAt.toISOString(),
  downloadable: false,
  expires_at: file.expiresAt?.toISOString() ?? null,
});

const mostIds = 100;

/** Those that are asked for by name; the list may be of no more than a hundred. */
const idsIn = (query: URLSearchParams): readonly string[] | undefined => {
  const ids = [...query.getAll("ids"), ...query.getAll("ids[]")];
  if (ids.length === 0) return undefined;
  if (ids.length > mostIds || !ids.every(isFileId)) throw invalidFileField("ids", `at most ${mostIds} ids of files`);
  if (query.has("page") || query.has("limit")) throw invalidFileField("ids", "ids without page and limit");
  return ids;
};

const pageIn = (query: URLSearchParams): AskedPage => {
  if (query.has("scope_id")) throw invalidFileField("scope_id", "nothing: files belong to no session here");
  const before = fileIdIn(query, "before_id");
  const after = fileIdIn(query, "after_id") ?? fileIdIn(query, "page");
  const ids = idsIn(query);
  if (before !== undefined && after !== undefined)
    throw invalidFileField("before_id", "nothing beside after_id and page");
  const backwards = before !== undefined;
  return {
    page: {
      vendor: undefined,
      purpose: undefined,
      beyond: before ?? after,
      order: backwards ? "oldest" : "newest",
      limit: ids === undefined ? numberIn(query, "limit", { usual: 20, most: 1_000 }) : mostIds,
      ids,
    },
    backwards,
  };
};

/** Anthropic's files. */
export const anthropicFilesDialect: FilesDialect = {
  fields: (texts) => {
    const { expires_in_seconds: seconds, ...others } = texts;
    const [name] = Object.keys(others);
    if (name !== undefined) throw invalidFileField(name.slice(0, 64), "one of file and expires_in_seconds");
    if (seconds !== undefined && !/^\d{1,9}$/.test(seconds))
      throw invalidFileField("expires_in_seconds", "a whole number of seconds");
    return {
      provider: "anthropic",
      purpose: undefined,
      expiresAfterSeconds: seconds === undefined ? undefined : Number(seconds),
    };
  },
  pageIn,
  file: fileOf,
  list: (files, more) => ({
    data: files.map(fileOf),
    has_more: more,
    next_page: more ? (files.at(-1)?.id ?? null) : null,
    first_id: files[0]?.id ?? null,
    last_id: files.at(-1)?.id ?? null,
  }),
  deleted: ({ id }) => ({ id, type: "file_deleted" }),
};

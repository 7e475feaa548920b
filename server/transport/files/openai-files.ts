import { FilePurpose } from "../../contracts/ai/files.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import type { AskedFields, AskedPage, FilesDialect } from "./files-dialect.ts";
import { fileIdIn, invalidFileField, numberIn } from "./file-query.ts";

const seconds = (date: Date): number => Math.floor(date.getTime() / 1_000);

const statuses = {
  processing: "uploaded",
  active: "processed",
  failed: "error",
} as const;

/** https://platform.openai.com/docs/api-reference/files/object */
const fileOf = (file: StoredFile): Record<string, unknown> => ({
  id: file.id,
  object: "file",
  bytes: file.bytes,
  created_at: seconds(file.createdAt),
  ...(file.expiresAt === null ? {} : { expires_at: seconds(file.expiresAt) }),
  filename: file.filename,
  purpose: file.purpose,
  status: statuses[file.state],
});

const known: ReadonlySet<string> = new Set(["purpose", "provider", "expires_after[anchor]", "expires_after[seconds]"]);

const fieldsOf = (texts: Readonly<Record<string, string>>): AskedFields => {
  for (const name of Object.keys(texts))
    if (!known.has(name)) throw invalidFileField(name.slice(0, 64), `one of file, ${[...known].join(", ")}`);
  const purpose = FilePurpose.safeParse(texts["purpose"]);
  if (!purpose.success) throw invalidFileField("purpose", "what the file is for, such as user_data");
  const { provider = "openai", "expires_after[anchor]": anchor, "expires_after[seconds]": lifetime } = texts;
  if (provider.length > 64) throw invalidFileField("provider", "the vendor that is to keep it, such as google");
  const asked = { provider, purpose: purpose.data };
  if (anchor === undefined && lifetime === undefined) return { ...asked, expiresAfterSeconds: undefined };
  if (anchor !== "created_at") throw invalidFileField("expires_after[anchor]", "created_at");
  if (lifetime === undefined || !/^\d{1,9}$/.test(lifetime))
    throw invalidFileField("expires_after[seconds]", "a whole number of seconds");
  return { ...asked, expiresAfterSeconds: Number(lifetime) };
};

/** OpenAI lists up to 10,000 at once; a page here is smaller, and says that there is more. */
const mostListed = 1_000;

const pageIn = (query: URLSearchParams): AskedPage => {
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw invalidFileField("order", "asc or desc");
  const purpose = query.get("purpose") ?? undefined;
  if (purpose !== undefined && !FilePurpose.safeParse(purpose).success) throw invalidFileField("purpose", "a purpose");
  const limit = Math.min(numberIn(query, "limit", { usual: mostListed, most: 10_000 }), mostListed);
  return {
    page: {
      vendor: undefined,
      purpose,
      beyond: fileIdIn(query, "after"),
      order: order === "desc" ? "newest" : "oldest",
      limit,
    },
    backwards: false,
  };
};

/** OpenAI's files. */
export const openAiFiles: FilesDialect = {
  fields: fieldsOf,
  pageIn,
  file: fileOf,
  list: (files, more) => ({
    object: "list",
    data: files.map(fileOf),
    first_id: files[0]?.id ?? null,
    last_id: files.at(-1)?.id ?? null,
    has_more: more,
  }),
  deleted: ({ id }) => ({ id, object: "file", deleted: true }),
};

import { uploadIn, type AccountFiles, type ShelvedFile } from "../files/file-shelf.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { anthropicError, anthropicRequestId } from "./errors.ts";

// https://docs.anthropic.com/en/api/files-metadata: what is uploaded cannot be downloaded.
const fileOf = (file: ShelvedFile): JsonObject => ({
  type: "file",
  id: file.id,
  filename: file.name,
  mime_type: file.mediaType,
  size_bytes: file.bytes,
  created_at: new Date(file.createdMs).toISOString(),
  downloadable: false,
  expires_at: file.expiresMs === undefined ? null : new Date(file.expiresMs).toISOString(),
});

// https://docs.anthropic.com/en/docs/build-with-claude/files: "files-api-2025-04-14" for all of it
export const hasFilesBeta = ({ headers }: Pick<VendorRequest, "headers">): boolean =>
  stringOf(headers["anthropic-beta"])
    .split(",")
    .some((beta) => beta.trim() === "files-api-2025-04-14");

// https://docs.anthropic.com/en/docs/build-with-claude/files#error-handling
const mostBytes = 500 * 1024 * 1024;
// `expires_in_seconds` of FileUploadParams in @anthropic-ai/sdk: one hour to ninety days
const lifetime = { least: 3_600, most: 7_776_000 };
const unfitName = /[<>:"|?*\\/\p{Cc}]/u;

function upload({ body, files, nowMs, bodyDigest: digest }: VendorRequest): VendorReply {
  const file = uploadIn(body);
  if (file === undefined) return anthropicError(400, "file: Field required", digest);
  if (file.bytes === 0) return anthropicError(400, "file: File is empty", digest);
  if (file.bytes > mostBytes) return anthropicError(413, "File size exceeds the limit of 500 MB", digest);
  if (file.name.length > 255 || unfitName.test(file.name))
    return anthropicError(400, "file: Filename has forbidden characters or is too long", digest);
  const after = objectOf(body)["expires_in_seconds"];
  const kept = after === undefined ? undefined : Number(after);
  if (kept !== undefined && !(kept >= lifetime.least && kept <= lifetime.most))
    return anthropicError(400, "expires_in_seconds: Input should be between 3600 and 7776000", digest);
  const shelved = files.put((id) => `file_${id.slice(0, 24)}`, {
    ...file,
    purpose: "",
    createdMs: nowMs,
    expiresMs: kept === undefined ? undefined : nowMs + kept * 1_000,
  });
  return jsonReply(200, { "request-id": anthropicRequestId(digest) }, fileOf(shelved));
}

// https://docs.anthropic.com/en/api/files-list: 20, from 1 to 1000; pages as @anthropic-ai/sdk reads them (PageCursor).
function list({ query, files, bodyDigest: digest }: VendorRequest): VendorReply {
  const limit = Number(query.get("limit") ?? "20");
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    return anthropicError(400, "limit: Input should be between 1 and 1000", digest);
  const all = files.list();
  const from = all.findIndex(({ id }) => id === (query.get("page") ?? query.get("after_id"))) + 1;
  const data = all.slice(from, from + limit).map(fileOf);
  const ends = { first_id: data[0]?.["id"] ?? null, last_id: data.at(-1)?.["id"] ?? null };
  const more = from + limit < all.length;
  const page = { data, has_more: more, next_page: more ? ends.last_id : null, ...ends };
  return jsonReply(200, { "request-id": anthropicRequestId(digest) }, page);
}

/** `/files` of Anthropic. */
export function claudeFilesReply(request: VendorRequest): VendorReply {
  const { method, path, files, bodyDigest: digest } = request;
  if (!hasFilesBeta(request)) return anthropicError(404, "Not found", digest);
  const [id = "", member] = path.slice("/files/".length).split("/");
  if (id === "") {
    if (method === "POST") return upload(request);
    return method === "GET" ? list(request) : anthropicError(405, "Method Not Allowed", digest);
  }
  const file = files.get(decodeURIComponent(id));
  if (file === undefined) return anthropicError(404, `File not found: ${id}`, digest);
  const headers = { "request-id": anthropicRequestId(digest) };
  if (member === "content" && method === "GET")
    return anthropicError(400, `File ${file.id} is not downloadable.`, digest);
  if (member === undefined && method === "GET") return jsonReply(200, headers, fileOf(file));
  if (member !== undefined || method !== "DELETE") return anthropicError(404, "Not Found", digest);
  files.remove(file.id);
  return jsonReply(200, headers, { id: file.id, type: "file_deleted" });
}

const images = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);

// https://docs.anthropic.com/en/docs/build-with-claude/files#file-types-and-content-blocks
function sourceOf(block: string, { mediaType, data }: ShelvedFile): JsonObject | undefined {
  const base64 = { type: "base64", media_type: mediaType, data };
  if (block === "image") return images.has(mediaType) ? base64 : undefined;
  if (mediaType === "application/pdf") return base64;
  if (mediaType !== "text/plain") return undefined;
  return { type: "text", media_type: mediaType, data: Buffer.from(data, "base64").toString() };
}

/** A body with the contents of the files that it names, or why one of them cannot be there. */
export function withClaudeFiles(
  body: JsonObject,
  files: AccountFiles,
): { readonly body: JsonObject } | { readonly status: 400 | 404; readonly message: string } {
  let refusal: { readonly status: 400 | 404; readonly message: string } | undefined;
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (!isObject(value)) return value;
    const { type, source } = value;
    if ((type === "image" || type === "document") && isObject(source) && source["type"] === "file") {
      const id = stringOf(source["file_id"]);
      const file = files.get(id);
      const inline = file && sourceOf(type, file);
      if (file === undefined) refusal ??= { status: 404, message: `File not found: ${id}` };
      else if (inline === undefined)
        refusal ??= { status: 400, message: `File ${id} of type ${file.mediaType} cannot be in a block of ${type}.` };
      return inline === undefined ? value : { ...value, source: inline };
    }
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, put(held)]));
  };
  const messages = put(body["messages"]);
  return refusal ?? { body: { ...body, messages } };
}

/** Whether a body names files. */
export const namesFiles = (body: JsonObject): boolean => {
  const within = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.some(within)
      : isObject(value) &&
        ((value["type"] === "file" && typeof value["file_id"] === "string") || Object.values(value).some(within));
  return within(body["messages"]);
};

import { uploadIn, type AccountFiles, type ShelvedFile } from "../files/file-shelf.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiError, openaiHeaders } from "./errors.ts";

const seconds = (ms: number): number => Math.floor(ms / 1_000);

// https://platform.openai.com/docs/api-reference/files/object
const fileOf = (file: ShelvedFile): JsonObject => ({
  object: "file",
  id: file.id,
  purpose: file.purpose,
  filename: file.name,
  bytes: file.bytes,
  created_at: seconds(file.createdMs),
  expires_at: file.expiresMs === undefined ? null : seconds(file.expiresMs),
  status: "processed",
  status_details: null,
});

// https://platform.openai.com/docs/api-reference/files/create
const purposes = new Set(["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]);
const mostBytes = 512 * 1024 * 1024;
// https://platform.openai.com/docs/api-reference/files/create: .jsonl alone, for batches of at most 200 MB
const linesOnly = new Set(["batch", "fine-tune"]);
const mostBatchBytes = 200 * 1024 * 1024;
const lifetime = { least: 3_600, most: 2_592_000 };
// Seen: https://community.openai.com/t/file-uploads-error-why-can-t-i-download-files-with-purpose-user-data/1357013
const notGivenBack = new Set(["assistants", "user_data"]);

function upload({ body, files, nowMs, bodyDigest: digest }: VendorRequest): VendorReply {
  const told = objectOf(body);
  const bad = (message: string, param: string): VendorReply => openaiError(400, message, digest, param);
  const purpose = stringOf(told["purpose"]);
  if (purpose === "") return bad("'purpose' is a required property", "purpose");
  if (!purposes.has(purpose))
    return bad(
      `'${purpose}' is not one of [${[...purposes].map((one) => `'${one}'`).join(", ")}] - 'purpose'`,
      "purpose",
    );
  const file = uploadIn(body);
  if (file === undefined) return bad("'file' is a required property", "file");
  if (file.bytes === 0) return bad("File is empty.", "file");
  if (file.bytes > (purpose === "batch" ? mostBatchBytes : mostBytes))
    return openaiError(413, "File is too large.", digest, "file");
  if (linesOnly.has(purpose) && !file.name.endsWith(".jsonl"))
    return bad(`Invalid file format for ${purpose} API. Must be .jsonl`, "file");
  const anchor = told["expires_after[anchor]"];
  const after = told["expires_after[seconds]"];
  if ((anchor === undefined) !== (after === undefined) || (anchor !== undefined && anchor !== "created_at"))
    return bad("Invalid value for 'expires_after[anchor]': expected 'created_at'.", "expires_after[anchor]");
  const kept = after === undefined ? undefined : Number(after);
  if (kept !== undefined && !(kept >= lifetime.least && kept <= lifetime.most))
    return bad(
      `Invalid value for 'expires_after[seconds]': must be between ${lifetime.least} and ${lifetime.most}.`,
      "expires_after[seconds]",
    );
  const shelved = files.put((id) => `file-${id.slice(0, 22)}`, {
    ...file,
    purpose,
    createdMs: nowMs,
    expiresMs: kept === undefined ? undefined : nowMs + kept * 1_000,
  });
  return jsonReply(200, openaiHeaders(digest), fileOf(shelved));
}

// https://platform.openai.com/docs/api-reference/files/list
function list({ query, files, bodyDigest: digest }: VendorRequest): VendorReply {
  const limit = Number(query.get("limit") ?? "10000");
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    return openaiError(400, "Invalid 'limit': must be between 1 and 10000.", digest, "limit");
  const all = files.list().filter(({ purpose }) => [null, purpose].includes(query.get("purpose")));
  const from = all.findIndex(({ id }) => id === query.get("after")) + 1;
  const data = all.slice(from, from + limit).map(fileOf);
  const page = { object: "list", data, has_more: from + limit < all.length };
  return jsonReply(200, openaiHeaders(digest), {
    ...page,
    first_id: data[0]?.["id"] ?? null,
    last_id: data.at(-1)?.["id"] ?? null,
  });
}

/** `/files` of OpenAI. */
export function openaiFilesReply(request: VendorRequest): VendorReply {
  const { method, path, files, bodyDigest: digest } = request;
  const [id = "", member] = path.slice("/files/".length).split("/");
  if (id === "") {
    if (method === "POST") return upload(request);
    return method === "GET" ? list(request) : openaiError(405, `Not allowed to ${method} on /v1/files`, digest);
  }
  const file = files.get(decodeURIComponent(id));
  if (file === undefined) return openaiError(404, `No such File object: ${id}`, digest, "id", null);
  const headers = openaiHeaders(digest);
  if (member === "content" && method === "GET") {
    if (notGivenBack.has(file.purpose))
      return openaiError(400, `Not allowed to download files of purpose: ${file.purpose}`, digest);
    const bytes = Buffer.from(file.data, "base64");
    const whole = { kind: "whole", bytes } as const;
    const type = { "content-type": "application/octet-stream" };
    return { ...jsonReply(200, headers, {}), headers: { ...headers, ...type }, frames: [whole] };
  }
  if (member === undefined && method === "GET") return jsonReply(200, headers, fileOf(file));
  if (member === undefined && method === "DELETE") {
    files.remove(file.id);
    return jsonReply(200, headers, { id: file.id, object: "file", deleted: true });
  }
  return openaiError(404, `Invalid URL (${method} ${path})`, digest);
}

const dataUrl = ({ mediaType, data }: ShelvedFile): string => `data:${mediaType};base64,${data}`;

/** A body with the contents of the files that it names, or the id of one that is not there. */
export function withOpenaiFiles(
  body: JsonObject,
  files: AccountFiles,
): { readonly body: JsonObject } | { readonly missing: string } {
  let missing: string | undefined;
  const fileNamed = (id: unknown): ShelvedFile | undefined => {
    if (typeof id !== "string") return undefined;
    const file = files.get(id);
    if (file === undefined) missing ??= id;
    return file;
  };
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (!isObject(value)) return value;
    const { type } = value;
    if (type === "file" && isObject(value["file"])) {
      const file = fileNamed(value["file"]["file_id"]);
      return file === undefined ? value : { ...value, file: { file_data: dataUrl(file), filename: file.name } };
    }
    if (type === "input_file" || type === "input_image") {
      const file = fileNamed(value["file_id"]);
      if (file === undefined) return value;
      const { file_id: _id, ...part } = value;
      return type === "input_file"
        ? { ...part, file_data: dataUrl(file), filename: file.name }
        : { ...part, image_url: dataUrl(file) };
    }
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, put(held)]));
  };
  const messages = body["messages"] === undefined ? {} : { messages: put(body["messages"]) };
  const input = body["input"] === undefined ? {} : { input: put(body["input"]) };
  return missing === undefined ? { body: { ...body, ...messages, ...input } } : { missing };
}

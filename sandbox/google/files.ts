import { hash } from "node:crypto";
import type { ShelvedFile } from "../files/file-shelf.ts";
import { filmLength } from "../media/film-length.ts";
import { isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { googleError } from "./errors.ts";

// https://ai.google.dev/gemini-api/docs/files: 2 GB a file, for 48 hours
const mostBytes = 2 * 1024 ** 3;
const keptMs = 48 * 3_600_000;
// https://ai.google.dev/gemini-api/docs/files, by the vendor's own clients: all pieces but the last are a multiple of it
const granularity = 256 * 1024;

const isFilm = ({ mediaType }: Pick<ShelvedFile, "mediaType">): boolean => mediaType.startsWith("video/");

const isReadable = (file: ShelvedFile): boolean => {
  const head = Buffer.from(file.data.slice(0, 64), "base64").toString("latin1");
  return head.slice(4, 8) === "ftyp" || head.startsWith("\x1a\x45\xdf\xa3");
};

// https://ai.google.dev/api/files#State: a film is looked into before it can be used
const stateOf = (file: ShelvedFile, { files }: VendorRequest): "PROCESSING" | "ACTIVE" | "FAILED" => {
  if (!isFilm(file)) return "ACTIVE";
  if ((files.looks.get(file.id) ?? 0) < 2) return "PROCESSING";
  return isReadable(file) ? "ACTIVE" : "FAILED";
};

const host = ({ headers }: VendorRequest): string => `http://${headers.host ?? "127.0.0.1"}`;

// https://ai.google.dev/api/files#File
const fileOf = (file: ShelvedFile, request: VendorRequest): JsonObject => {
  const state = stateOf(file, request);
  const bytes = Buffer.from(file.data, "base64");
  const length = isFilm(file) && state === "ACTIVE" ? filmLength(bytes) : undefined;
  return {
    name: `files/${file.id}`,
    displayName: file.name,
    mimeType: file.mediaType,
    sizeBytes: file.bytes.toString(),
    createTime: new Date(file.createdMs).toISOString(),
    updateTime: new Date(file.createdMs).toISOString(),
    expirationTime: new Date(file.expiresMs ?? file.createdMs + keptMs).toISOString(),
    sha256Hash: Buffer.from(hash("sha256", bytes)).toString("base64"),
    uri: `${host(request)}/google/v1beta/files/${file.id}`,
    state,
    source: "UPLOADED",
    ...(length === undefined ? {} : { videoMetadata: { videoDuration: `${length.seconds}s` } }),
    ...(state === "FAILED" ? { error: { code: 3, message: "The file could not be processed." } } : {}),
  };
};

const head = (request: VendorRequest, name: string): string => stringOf(request.headers[name]);

function start(request: VendorRequest): VendorReply {
  const { files, body, bodyDigest: digest } = request;
  const length = Number(head(request, "x-goog-upload-header-content-length"));
  const mediaType = head(request, "x-goog-upload-header-content-type");
  if (!Number.isSafeInteger(length) || length <= 0) return googleError(400, "Upload size must be positive.", digest);
  if (length > mostBytes) return googleError(400, "File size exceeds the limit of 2147483648 bytes.", digest);
  if (!/^[a-z]+\/[\w.+-]+$/.test(mediaType)) return googleError(400, `Unsupported MIME type: ${mediaType}`, digest);
  const told = objectOf(objectOf(body)["file"]);
  const id = hash("sha256", `${digest} ${files.uploads.size}`).slice(0, 40);
  files.uploads.set(id, {
    name: stringOf(told["displayName"]),
    mediaType,
    length,
    pieces: [],
    received: 0,
  });
  const url = `${host(request)}/google/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`;
  const headers = {
    "x-goog-upload-url": url,
    "x-goog-upload-status": "active",
  };
  return jsonReply(200, { ...headers, "x-goog-upload-chunk-granularity": granularity.toString() }, {});
}

/** POST /upload/v1beta/files: https://ai.google.dev/gemini-api/docs/files#upload */
export function googleUploadReply(request: VendorRequest): VendorReply {
  const { files, query, raw, bodyDigest: digest, nowMs } = request;
  const commands = head(request, "x-goog-upload-command").split(/,\s*/);
  const id = query.get("upload_id");
  if (id === null) {
    return head(request, "x-goog-upload-protocol") === "resumable" && commands.join() === "start"
      ? start(request)
      : googleError(400, "Invalid upload protocol.", digest);
  }
  const upload = files.uploads.get(id);
  if (upload === undefined) return googleError(404, "Upload session not found.", digest);
  const done = upload.made === undefined ? undefined : files.get(upload.made);
  if (commands.join() === "query") {
    const progress = {
      "x-goog-upload-size-received": upload.received.toString(),
    };
    return done === undefined
      ? jsonReply(200, { "x-goog-upload-status": "active", ...progress }, {})
      : jsonReply(200, { "x-goog-upload-status": "final", ...progress }, { file: fileOf(done, request) });
  }
  const last = commands.includes("finalize");
  if (!commands.includes("upload") || done !== undefined) return googleError(400, "Invalid upload command.", digest);
  if (head(request, "x-goog-upload-offset") !== upload.received.toString())
    return googleError(400, `Invalid upload offset: expected ${upload.received}.`, digest);
  if (!last && raw.byteLength % granularity !== 0)
    return googleError(400, `Chunk size must be a multiple of ${granularity}.`, digest);
  upload.pieces.push(Buffer.from(raw));
  upload.received += raw.byteLength;
  if (!last) return jsonReply(200, { "x-goog-upload-status": "active" }, {});
  if (upload.received !== upload.length)
    return googleError(400, "Upload size does not match what was declared.", digest);
  const file = files.put((made) => made.slice(0, 12), {
    name: upload.name,
    mediaType: upload.mediaType,
    data: Buffer.concat(upload.pieces.splice(0)).toString("base64"),
    bytes: upload.received,
    purpose: "",
    createdMs: nowMs,
    expiresMs: nowMs + keptMs,
  });
  upload.made = file.id;
  return jsonReply(200, { "x-goog-upload-status": "final" }, { file: fileOf(file, request) });
}

// https://ai.google.dev/gemini-api/docs/troubleshooting: what is not there, is nothing that one may see
const notSeen = (id: string, digest: string): VendorReply =>
  googleError(403, `You do not have permission to access the File ${id} or it may not exist.`, digest);

/** GET and DELETE of /files and /files/{id}: https://ai.google.dev/api/files */
export function googleFilesReply(request: VendorRequest): VendorReply {
  const { method, path, files, query, bodyDigest: digest } = request;
  const id = path.slice("/files/".length);
  if (id === "") {
    const size = Math.min(Number(query.get("pageSize") ?? "10") || 10, 100);
    return jsonReply(
      200,
      {},
      {
        files: files
          .list()
          .slice(0, size)
          .map((file) => fileOf(file, request)),
      },
    );
  }
  const file = files.get(id);
  if (file === undefined) return notSeen(id, digest);
  if (method === "DELETE") {
    files.remove(id);
    return jsonReply(200, {}, {});
  }
  files.looks.set(id, (files.looks.get(id) ?? 0) + 1);
  return jsonReply(200, {}, fileOf(file, request));
}

const ownUri = /\/google\/v1beta\/files\/([\w-]+)$/;

/** A body with the contents of the files that it names, or the refusal of one that cannot be used. */
export function withKeptFiles(
  body: JsonObject,
  request: VendorRequest,
): { readonly body: JsonObject } | { readonly refused: VendorReply } {
  let refused: VendorReply | undefined;
  const partOf = (part: JsonObject): JsonObject => {
    const { fileUri, mimeType } = objectOf(part["fileData"]);
    const id = ownUri.exec(stringOf(fileUri))?.[1];
    if (id === undefined) return part;
    const file = request.files.get(id);
    if (file === undefined) refused ??= notSeen(id, request.bodyDigest);
    else if (stateOf(file, request) !== "ACTIVE")
      refused ??= googleError(
        400,
        `The File ${id} is not in an ACTIVE state and usage is not allowed.`,
        request.bodyDigest,
      );
    const { fileData: _uri, ...rest } = part;
    return file === undefined
      ? part
      : {
          ...rest,
          inlineData: { mimeType: mimeType ?? file.mediaType, data: file.data },
        };
  };
  const contents = listOf(body["contents"]).map((content) =>
    isObject(content)
      ? {
          ...content,
          parts: listOf(content["parts"]).map((part) => (isObject(part) ? partOf(part) : part)),
        }
      : content,
  );
  if (refused !== undefined) return { refused };
  return {
    body: body["contents"] === undefined ? body : { ...body, contents },
  };
}

import { ai } from "../../contracts/ai.ts";
import { Filename } from "../../contracts/ai/files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { anthropicErrorReply, speaksAnthropic } from "../anthropic/index.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { anthropicFilesDialect } from "./anthropic-files.ts";
import { fileReply, methodNotHere, mostUploadBytes, unreachableIn } from "./answer-files.ts";
import { deleteFile } from "./delete-file.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";
import type { FilesDialect } from "./files-dialect.ts";
import { invalidFileField } from "./file-query.ts";
import { uploadedMediaType } from "./uploaded-media-type.ts";
import { openAiFiles } from "./openai-files.ts";
import { readContent } from "./read-content.ts";
import { readFileForm } from "./read-file-form.ts";
import { readFile, readFiles } from "./read-list.ts";
import { storeFile } from "./store-file.ts";
import { inUploadRoom } from "./upload-room.ts";

const takeUpload = async (
  files: FilesDeps,
  dialect: FilesDialect,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { texts, filename, mediaType, file } = await readFileForm(request, mostUploadBytes);
  try {
    const fields = dialect.fields(texts);
    const name = Filename.safeParse(filename);
    if (!name.success) throw invalidFileField("file", name.error.issues[0]?.message ?? "a file with a name");
    const asked = {
      filename: name.data,
      mediaType: uploadedMediaType(mediaType, name.data),
      ...fields,
    };
    return fileReply(dialect.file(await storeFile(files, ctx, asked, file)), ctx);
  } finally {
    await file.close();
  }
};

const upload = async (
  files: FilesDeps,
  dialect: FilesDialect,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  // Before its body is read.
  requireFileUse(files, ctx, ai.uploadFile);
  const bytes = Math.min(Number(request.header("content-length") ?? mostUploadBytes), mostUploadBytes);
  return inUploadRoom({ ...ctx, bytes }, () => takeUpload(files, dialect, request, ctx));
};

const list = async (
  files: FilesDeps,
  dialect: FilesDialect,
  { query }: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { page, backwards } = dialect.pageIn(query);
  const { files: found, more } = await readFiles(files, ctx, page);
  return fileReply(dialect.list(backwards ? found.toReversed() : found, more), ctx);
};

/** Whatever is in it, it is no page of this origin. */
const content = async (files: FilesDeps, fileId: string, ctx: CallContext): Promise<DoorReply> => {
  const { file, content: told } = await readContent(files, ctx, fileId);
  return {
    status: 200,
    headers: {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "x-request-id": ctx.requestId,
    },
    body: told.body,
  };
};

const dialectOf = (request: DoorRequest): FilesDialect =>
  speaksAnthropic(request) ? anthropicFilesDialect : openAiFiles;

/** `/v1/files` of OpenAI and of Anthropic, each for its own clients: whose they are, the version of the API says that Anthropic's name. */
export const createFilesDoor =
  (files: FilesDeps) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { method } = request;
    const dialect = dialectOf(request);
    const [id, member, ...more] = request.path.split("/").slice(3);
    if (id === undefined) {
      if (method === "GET") return list(files, dialect, request, ctx);
      if (method === "POST") return upload(files, dialect, request, ctx);
      throw methodNotHere(request, "GET", "POST");
    }
    if (member === undefined) {
      if (method === "GET") return fileReply(dialect.file(await readFile(files, ctx, id)), ctx);
      if (method === "DELETE") {
        const { file } = await deleteFile(files, ctx, id, unreachableIn(request.query));
        return fileReply(dialect.deleted(file), ctx);
      }
      throw methodNotHere(request, "GET", "DELETE");
    }
    if (member === "content" && more.length === 0) {
      if (method === "GET") return content(files, id, ctx);
      throw methodNotHere(request, "GET");
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };

/** Errors of the same door, in the shape of its caller. */
export const filesErrorReply = (error: NexusError, requestId: string, request: DoorRequest): DoorReply =>
  (speaksAnthropic(request) ? anthropicErrorReply : openAiErrorReply)(error, requestId);

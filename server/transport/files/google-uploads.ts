import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { fileReply, methodNotHere, mostUploadBytes } from "./answer-files.ts";
import { chunksOfBody } from "./chunks-of-body.ts";
import { invalidFileField } from "./file-query.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";
import { googleFile } from "./google-file.ts";
import { readGoogleStart } from "./google-upload-start.ts";
import { storeFile } from "./store-file.ts";
import type { UploadSession } from "./upload-session.ts";
import { UploadSessions } from "./upload-sessions.ts";

/** Google's client for Node asks for `v1`. */
export const googleUploadPaths = ["/upload/v1beta/files", "/upload/v1/files"] as const;

/** All pieces but the last are a multiple of it at Google; here they may be of any size. */
const granularity = 256 * 1024;

interface Uploaded {
  readonly file: StoredFile;
  readonly sha256: Buffer;
}

const commandsIn = ({ header }: DoorRequest): string =>
  (header("x-goog-upload-command") ?? "")
    .toLowerCase()
    .split(/\s*,\s*/)
    .join();

const presentsCredential = ({ header, query }: DoorRequest): boolean =>
  query.has("key") ||
  ["authorization", "x-api-key", "x-goog-api-key", "x-nexus-service-token"].some((name) => header(name) !== undefined);

const requireOffset = ({ header }: DoorRequest, { received }: UploadSession): void => {
  if (header("x-goog-upload-offset") !== received.toString())
    throw invalidFileField("x-goog-upload-offset", `${received}: so many bytes have come`);
};

/** Google's resumable uploads: https://ai.google.dev/gemini-api/docs/files */
export class GoogleUploads {
  readonly #files: FilesDeps;
  readonly #origin: string;
  readonly #sessions: UploadSessions<Uploaded>;

  constructor(files: FilesDeps, origin: string, sessions = new UploadSessions<Uploaded>()) {
    this.#files = files;
    this.#origin = origin;
    this.#sessions = sessions;
  }

  /** Who sends a piece without a credential: its address was told to them alone. */
  callerOf(request: DoorRequest): CallContext | undefined {
    const id = request.query.get("upload_id");
    if (id === null || presentsCredential(request)) return undefined;
    const { requestId, signal } = request;
    const ctx = this.#sessions.callerOf(id);
    return ctx && { ...ctx, requestId, signal };
  }

  async answer(request: DoorRequest, ctx: CallContext): Promise<DoorReply> {
    if (!googleUploadPaths.some((path) => path === request.path))
      throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
    if (request.method !== "POST" && request.method !== "PUT") throw methodNotHere(request, "POST");
    const id = request.query.get("upload_id");
    if (id === null) return this.#start(request, ctx);
    return this.#sessions.at(id, ctx, (session, done) => {
      if (commandsIn(request) === "query" || done !== undefined)
        return Promise.resolve(this.#progress(ctx, session, done));
      return this.#goOn(request, { ...ctx, idempotencyKey: session.ctx.idempotencyKey }, id, session);
    });
  }

  async #start(request: DoorRequest, ctx: CallContext): Promise<DoorReply> {
    // Before its body is read.
    requireFileUse(this.#files, ctx, ai.uploadFile);
    if (request.header("x-goog-upload-protocol") !== "resumable")
      throw invalidFileField("x-goog-upload-protocol", "resumable");
    if (commandsIn(request) !== "start") throw invalidFileField("x-goog-upload-command", "start");
    const id = await this.#sessions.begin(ctx, await readGoogleStart(request));
    return fileReply({}, ctx, {
      "x-goog-upload-url": `${this.#origin}${request.path}?upload_id=${id}&upload_protocol=resumable`,
      "x-goog-upload-status": "active",
      "x-goog-upload-chunk-granularity": granularity.toString(),
    });
  }

  async #goOn(request: DoorRequest, ctx: CallContext, id: string, session: UploadSession): Promise<DoorReply> {
    const commands = commandsIn(request);
    switch (commands) {
      case "cancel":
        await this.#sessions.giveUp(id);
        return fileReply({}, ctx, { "x-goog-upload-status": "cancelled" });
      case "upload":
      case "upload,finalize":
      case "finalize":
        break;
      default:
        throw invalidFileField("x-goog-upload-command", "upload, finalize, both with a comma, query or cancel");
    }
    if (commands !== "finalize") {
      requireOffset(request, session);
      await session.take(chunksOfBody(request, mostUploadBytes));
    }
    if (commands === "upload") return this.#progress(ctx, session, undefined);
    const spooled = await session.whole();
    const { filename, mediaType } = session.announced;
    const asked = { provider: "google", filename, mediaType, purpose: undefined, expiresAfterSeconds: undefined };
    const uploaded = { file: await storeFile(this.#files, ctx, asked, spooled), sha256: spooled.sha256 };
    await this.#sessions.finish(id, uploaded);
    return this.#progress(ctx, session, uploaded);
  }

  #progress(ctx: CallContext, { received }: UploadSession, done: Uploaded | undefined): DoorReply {
    const headers = { "x-goog-upload-size-received": received.toString() };
    return done === undefined
      ? fileReply({}, ctx, { "x-goog-upload-status": "active", ...headers })
      : fileReply({ file: googleFile(done.file, this.#origin, done.sha256) }, ctx, {
          "x-goog-upload-status": "final",
          ...headers,
        });
  }
}

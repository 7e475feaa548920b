import type { AiVendorFiles, FileState, OutgoingFile, VendorFile } from "../../../contracts/ai-vendor-files.ts";
import { ProviderError, type VendorIo, type WireResponse } from "../../../contracts/vendor-call.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { unreadableReply, vendorWire } from "../../_wire/vendor-wire.ts";
import { googleErrors } from "../_gemini/google-errors.ts";

const wire = vendorWire({
  headers: ({ credential }: Pick<VendorIo, "credential">) => ({
    "x-goog-api-key": credential["apiKey"] ?? "",
  }),
  errors: googleErrors,
});

const nameForm = /^files\/([a-z0-9-]{1,40})$/;
const longestSession = 2_048;
/** A multiple of 256 KB: https://ai.google.dev/gemini-api/docs/files, whose clients send eight megabytes at a time. */
const chunkBytes = 32 * 1024 * 1024;
/** A piece that did not arrive whole is sent on from where the vendor has it. */
const mostTries = 4;

/** https://ai.google.dev/api/files#State */
const states: Readonly<Record<string, FileState>> = {
  PROCESSING: "processing",
  ACTIVE: "active",
  FAILED: "failed",
};

const secondsIn = (duration: string | undefined): number | undefined => {
  const seconds = /^\d{1,9}(\.\d{1,9})?s$/.test(duration ?? "") ? Number.parseFloat(duration ?? "") : undefined;
  return seconds === undefined || seconds <= 0 ? undefined : seconds;
};

/** https://ai.google.dev/api/files#File; undefined for what is none. */
const fileIn = (file: JsonRecord | undefined): VendorFile | undefined => {
  const vendorFileId = nameForm.exec(stringAt(file, "name") ?? "")?.[1];
  const expiresMs = Date.parse(stringAt(file, "expirationTime") ?? "");
  const state = states[stringAt(file, "state") ?? ""];
  if (vendorFileId === undefined || state === undefined) return undefined;
  return {
    vendorFileId,
    expiresAt: Number.isNaN(expiresMs) ? undefined : Math.floor(expiresMs / 1_000),
    state,
    seconds: secondsIn(stringAt(recordAt(file, "videoMetadata"), "videoDuration")),
  };
};

const uploads = { method: "POST", beside: true } as const;
const sessionPath = "/upload/v1beta/files?upload_id={id}&upload_protocol=resumable";

/** Opens a session; by its id the pieces go to it. */
const begin = async ({ filename, mediaType, bytes }: OutgoingFile, io: VendorIo): Promise<string> => {
  const response = await wire.send(
    {
      ...uploads,
      path: "/upload/v1beta/files",
      headers: {
        "content-type": "application/json",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-length": bytes.toString(),
        "x-goog-upload-header-content-type": mediaType,
      },
      // Its limit: https://ai.google.dev/api/files#File
      body: JSON.stringify({ file: { displayName: filename.slice(0, 512) } }),
    },
    io,
  );
  if (!wire.isGood(response)) throw await wire.refusal(response, io);
  await wire.documentOf(response);
  const session = URL.parse(response.headers["x-goog-upload-url"] ?? "")?.searchParams.get("upload_id");
  if (session === undefined || session === null || session === "" || session.length > longestSession)
    throw unreadableReply();
  return session;
};

const command = (io: VendorIo, id: string, headers: Readonly<Record<string, string>>): Promise<WireResponse> =>
  wire.send({ ...uploads, path: sessionPath, values: { id }, headers }, io);

/** How much of the file the vendor has; the file itself where it has all of it. */
const progressOf = async (id: string, io: VendorIo): Promise<number | VendorFile> => {
  const response = await command(io, id, { "x-goog-upload-command": "query" });
  if (!wire.isGood(response)) throw await wire.refusal(response, io);
  const document = await wire.documentOf(response);
  if (response.headers["x-goog-upload-status"] === "final") {
    const file = fileIn(recordAt(document, "file"));
    if (file !== undefined) return file;
  }
  const received = Number(response.headers["x-goog-upload-size-received"] ?? "x");
  if (!Number.isSafeInteger(received) || received < 0) throw unreadableReply();
  return received;
};

/** Whether the same bytes may be sent on: the connection broke, or the vendor could not take them now. */
const isPassing = (error: unknown): boolean =>
  error instanceof ProviderError &&
  (error.failure.code === "PROVIDER_UNAVAILABLE" ||
    error.failure.code === "PROVIDER_TIMEOUT" ||
    (error.failure.code === "PROVIDER_BAD_RESPONSE" && error.failure.kind === "unknown"));

const sendPiece = async (
  file: OutgoingFile,
  id: string,
  from: number,
  io: VendorIo,
): Promise<VendorFile | undefined> => {
  const to = Math.min(from + chunkBytes, file.bytes);
  const isLast = to === file.bytes;
  const response = await wire.send(
    {
      ...uploads,
      path: sessionPath,
      values: { id },
      headers: {
        "x-goog-upload-offset": from.toString(),
        "x-goog-upload-command": isLast ? "upload, finalize" : "upload",
      },
      streamed: { byteLength: to - from, chunks: file.read(from, to) },
    },
    io,
  );
  if (!wire.isGood(response)) throw await wire.refusal(response, io);
  const document = await wire.documentOf(response);
  if (!isLast) return undefined;
  const made = fileIn(isRecord(document) ? recordAt(document, "file") : undefined);
  if (made === undefined) throw unreadableReply();
  return made;
};

const upload = async (file: OutgoingFile, io: VendorIo): Promise<VendorFile> => {
  const session = await begin(file, io);
  let at = 0;
  for (let tries = 1; ;) {
    try {
      const made = await sendPiece(file, session, at, io);
      if (made !== undefined) return made;
      at += chunkBytes;
      tries = 1;
    } catch (error) {
      if (!isPassing(error) || tries >= mostTries || io.signal.aborted) throw error;
      tries += 1;
      const progress = await progressOf(session, io);
      if (typeof progress !== "number") return progress;
      // More than was sent is no place to go on from.
      if (progress > file.bytes) throw unreadableReply();
      at = progress;
    }
  }
};

const ofFile = "/files/{id}";

/** Files of the Gemini API: https://ai.google.dev/gemini-api/docs/files. Two gigabytes each, for 48 hours; none is given back. */
export const googleFiles: AiVendorFiles = {
  mostBytes: 2 * 1024 * 1024 * 1024,
  purposes: ["user_data"],
  lifetime: undefined,
  upload,
  look: async (id, io) => {
    const file = fileIn(await wire.ask({ method: "GET", path: ofFile, values: { id }, headers: {} }, io));
    if (file === undefined) throw unreadableReply();
    return file;
  },
  remove: async (id, io) => {
    const response = await wire.send({ method: "DELETE", path: ofFile, values: { id }, headers: {} }, io);
    // Of a file that is not there it says that it may not be seen: https://ai.google.dev/gemini-api/docs/troubleshooting
    if (!wire.isGood(response) && response.status !== 404 && response.status !== 403)
      throw await wire.refusal(response, io);
    await wire.documentOf(response);
  },
  content: () =>
    Promise.reject(
      failure(
        { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
        { message: "Google does not give back what was uploaded to it." },
      ),
    ),
};

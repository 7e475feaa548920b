import type { AiVendorFiles, OutgoingFile, VendorFile } from "../../contracts/ai-vendor-files.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import { fillPath } from "../../contracts/wire-path.ts";
import type { ErrorRules } from "./error-rules.ts";
import { fileForm } from "./file-form.ts";
import { isRecord } from "./json.ts";
import { unreadableReply, vendorWire } from "./vendor-wire.ts";

/** A vendor's files: below `/files`, uploaded as a form, deleted and read by their ids. */
interface FilesWire extends Pick<AiVendorFiles, "mostBytes" | "purposes" | "lifetime"> {
  readonly headers: (io: Pick<VendorIo, "credential">) => Readonly<Record<string, string>>;
  readonly errors: ErrorRules;
  /** What the form says beside the file. */
  readonly fields: (file: OutgoingFile) => Readonly<Record<string, string>>;
  /** Of the vendor's answer; undefined for what is none. */
  readonly read: (answer: Readonly<Record<string, unknown>>) => VendorFile | undefined;
}

const gone = new Set([404, 410]);

const ofFile = "/files/{id}";
const longestId = 256;
/** Dates that a database can keep. */
const lastSecond = 253_402_300_799;

/** What was told of a file, where it can be asked for again: no address is made of any other id. */
const keptIn = ({ vendorFileId, expiresAt }: VendorFile): VendorFile | undefined => {
  if (vendorFileId.length > longestId || fillPath(ofFile, { id: vendorFileId }) === undefined) return undefined;
  // A file that has just come is not expired already.
  const told = expiresAt !== undefined && expiresAt > Date.now() / 1_000 && expiresAt <= lastSecond;
  return { vendorFileId, expiresAt: told ? expiresAt : undefined };
};

/** Whether a file was deleted, as far as the answer says: nothing, or no other than that. */
const saysDeleted = (document: unknown): boolean =>
  document === "" ||
  (isRecord(document) && document["deleted"] !== false && (document["error"] ?? undefined) === undefined);

/** The same contents, and whether all of them have been taken. */
const followed = (file: OutgoingFile): { readonly file: OutgoingFile; readonly isTaken: () => boolean } => {
  let taken = false;
  async function* read(): AsyncGenerator<Uint8Array, void, void> {
    yield* file.read();
    taken = true;
  }
  return { file: { ...file, read }, isTaken: () => taken };
};

/** Files by the wire that vendors share. */
export const vendorFiles = ({ headers, errors, fields, read, ...rules }: FilesWire): AiVendorFiles => {
  const { send, documentOf, refusal, isGood, ask } = vendorWire({ headers, errors });

  return {
    ...rules,
    upload: async (file, io) => {
      const { file: followedFile, isTaken } = followed(file);
      const { contentType, body } = fileForm(fields(file), followedFile);
      const document = await ask(
        {
          method: "POST",
          path: "/files",
          headers: { accept: "application/json", "content-type": contentType },
          streamed: body,
        },
        io,
      );
      const told = read(document);
      const kept = told && keptIn(told);
      // Who has taken a file before it was there has another one.
      if (kept === undefined || !isTaken()) throw unreadableReply();
      return kept;
    },
    remove: async (id, io) => {
      const response = await send({ method: "DELETE", path: ofFile, values: { id }, headers: {} }, io);
      if (!isGood(response) && !gone.has(response.status)) throw await refusal(response, io);
      const document = await documentOf(response);
      if (isGood(response) && !saysDeleted(document)) throw unreadableReply();
    },
    content: async (id, io) => {
      const response = await send({ method: "GET", path: `${ofFile}/content`, values: { id }, headers: {} }, io);
      if (!isGood(response)) throw await refusal(response, io);
      return { contentType: response.headers["content-type"], body: response.body };
    },
  };
};

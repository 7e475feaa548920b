import type { AiVendorFiles, OutgoingFile, VendorFile } from "../../contracts/ai-vendor-files.ts";
import type { VendorIo, WireRequest, WireResponse } from "../../contracts/vendor-call.ts";
import { fillPath } from "../../contracts/wire-path.ts";
import { collectBody } from "./collect-body.ts";
import type { ErrorRules } from "./error-rules.ts";
import { fileForm } from "./file-form.ts";
import { isRecord, parseJson } from "./json.ts";
import { transportFailure } from "./transport-failure.ts";
import { failure, vendorFailure } from "./vendor-failure.ts";

/** A vendor's files: below `/files`, uploaded as a form, deleted and read by their ids. */
interface FilesWire extends Pick<AiVendorFiles, "mostBytes" | "purposes" | "lifetime"> {
  readonly headers: (io: Pick<VendorIo, "credential">) => Readonly<Record<string, string>>;
  readonly errors: ErrorRules;
  /** What the form says beside the file. */
  readonly fields: (file: OutgoingFile) => Readonly<Record<string, string>>;
  /** Of the vendor's answer; undefined for what is none. */
  readonly read: (answer: Readonly<Record<string, unknown>>) => VendorFile | undefined;
}

const maxAnswerBytes = 1024 * 1024;

const readJsonOf = async ({ body }: WireResponse): Promise<unknown> => {
  const text = (await collectBody(body, { maxBytes: maxAnswerBytes })).toString("utf8");
  return parseJson(text) ?? text;
};

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

const unreadable = (): Error =>
  failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });

/** Files by the wire that vendors share. */
export const vendorFiles = ({ headers, errors, fields, read, ...rules }: FilesWire): AiVendorFiles => {
  const send = async (request: WireRequest, io: VendorIo): Promise<WireResponse> => {
    try {
      return await io.send({ ...request, headers: { ...headers(io), ...request.headers } });
    } catch (error) {
      throw transportFailure(error) ?? error;
    }
  };
  const documentOf = async (response: WireResponse): Promise<unknown> => {
    try {
      return await readJsonOf(response);
    } catch (error) {
      throw transportFailure(error) ?? error;
    }
  };
  const refusal = async (response: WireResponse, io: VendorIo): Promise<Error> =>
    vendorFailure(
      { status: response.status, headers: response.headers, document: await documentOf(response) },
      { credential: io.credential, payload: "" },
      errors,
    );
  const isGood = ({ status }: WireResponse): boolean => status >= 200 && status <= 299;

  return {
    ...rules,
    upload: async (file, io) => {
      const { file: followedFile, isTaken } = followed(file);
      const { contentType, body } = fileForm(fields(file), followedFile);
      const response = await send(
        {
          method: "POST",
          path: "/files",
          headers: { accept: "application/json", "content-type": contentType },
          streamed: body,
        },
        io,
      );
      if (!isGood(response)) throw await refusal(response, io);
      const document = await documentOf(response);
      const told = isRecord(document) ? read(document) : undefined;
      const kept = told && keptIn(told);
      // Who has taken a file before it was there has another one.
      if (kept === undefined || !isTaken()) throw unreadable();
      return kept;
    },
    remove: async (id, io) => {
      const response = await send({ method: "DELETE", path: ofFile, values: { id }, headers: {} }, io);
      if (!isGood(response) && !gone.has(response.status)) throw await refusal(response, io);
      const document = await documentOf(response);
      if (isGood(response) && !saysDeleted(document)) throw unreadable();
    },
    content: async (id, io) => {
      const response = await send({ method: "GET", path: `${ofFile}/content`, values: { id }, headers: {} }, io);
      if (!isGood(response)) throw await refusal(response, io);
      return { contentType: response.headers["content-type"], body: response.body };
    },
  };
};

import type { AiVendorFiles, OutgoingFile, VendorFile } from "../../contracts/ai-vendor-files.ts";
import type { VendorIo, WireRequest, WireResponse } from "../../contracts/vendor-call.ts";
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
      const { contentType, body } = fileForm(fields(file), file);
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
      const kept = isRecord(document) ? read(document) : undefined;
      if (kept === undefined)
        throw failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });
      return kept;
    },
    remove: async (id, io) => {
      const response = await send({ method: "DELETE", path: "/files/{id}", values: { id }, headers: {} }, io);
      if (!isGood(response) && !gone.has(response.status)) throw await refusal(response, io);
      await documentOf(response);
    },
    content: async (id, io) => {
      const response = await send({ method: "GET", path: "/files/{id}/content", values: { id }, headers: {} }, io);
      if (!isGood(response)) throw await refusal(response, io);
      return { contentType: response.headers["content-type"], body: response.body };
    },
  };
};

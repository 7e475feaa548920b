import type { VendorIo, WireRequest, WireResponse } from "../../contracts/vendor-call.ts";
import { collectBody } from "./collect-body.ts";
import type { ErrorRules } from "./error-rules.ts";
import { isRecord, parseJson, type JsonRecord } from "./json.ts";
import { transportFailure } from "./transport-failure.ts";
import { failure, vendorFailure } from "./vendor-failure.ts";

interface WireOptions {
  readonly headers: (io: Pick<VendorIo, "credential">) => Readonly<Record<string, string>>;
  readonly errors: ErrorRules;
}

/** What a vendor is asked beside answers of models: each function throws `ProviderError` and nothing else. */
export interface VendorWire {
  readonly send: (request: WireRequest, io: VendorIo) => Promise<WireResponse>;
  readonly isGood: (response: WireResponse) => boolean;
  /** The answer's JSON, or its text where it is none. */
  readonly documentOf: (response: WireResponse) => Promise<unknown>;
  /** `payload` is what was asked for: nothing of it comes back in the error. */
  readonly refusal: (response: WireResponse, io: VendorIo, payload?: string) => Promise<Error>;
  /** The object that a good answer is. */
  readonly ask: (request: WireRequest, io: VendorIo) => Promise<JsonRecord>;
}

const maxAnswerBytes = 1024 * 1024;

/** Of a good answer in which what was asked for is not to be found. */
export const unreadableReply = (): Error =>
  failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });

export const vendorWire = ({ headers, errors }: WireOptions): VendorWire => {
  const send: VendorWire["send"] = async (request, io) => {
    try {
      return await io.send({ ...request, headers: { ...headers(io), ...request.headers } });
    } catch (error) {
      throw transportFailure(error) ?? error;
    }
  };
  const documentOf: VendorWire["documentOf"] = async ({ body }) => {
    try {
      const text = (await collectBody(body, { maxBytes: maxAnswerBytes })).toString("utf8");
      return parseJson(text) ?? text;
    } catch (error) {
      throw transportFailure(error) ?? error;
    }
  };
  const refusal: VendorWire["refusal"] = async (response, io, payload = "") =>
    vendorFailure(
      { status: response.status, headers: response.headers, document: await documentOf(response) },
      { credential: io.credential, payload },
      errors,
    );
  const isGood: VendorWire["isGood"] = ({ status }) => status >= 200 && status <= 299;
  return {
    send,
    isGood,
    documentOf,
    refusal,
    ask: async (request, io) => {
      const response = await send(request, io);
      if (!isGood(response)) throw await refusal(response, io, typeof request.body === "string" ? request.body : "");
      const document = await documentOf(response);
      if (isRecord(document)) return document;
      throw unreadableReply();
    },
  };
};

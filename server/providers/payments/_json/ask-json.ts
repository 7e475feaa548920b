import { type ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { isRecord, parseJson, type JsonRecord } from "../../_wire/json.ts";
import type { Secrets } from "../../_wire/safe-message.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import type { KeptJsonRequest } from "./json-request.ts";
import { unreadableAnswer } from "./payment-verdicts.ts";
import type { RefusedAnswer } from "./refused-answer.ts";

type Credential = Readonly<Record<string, string>>;

/** What of a vendor's wire is its own. */
export interface JsonWire {
  readonly authorize: (credential: Credential) => Readonly<Record<string, string>>;
  /** What of the account stands in every body: it is known once the credential is opened. */
  readonly fill?: (body: JsonRecord, credential: Credential) => JsonRecord;
  readonly failure: (answer: RefusedAnswer, secrets: Secrets) => ProviderError;
}

const bodyOf = ({ fill }: JsonWire, { body }: KeptJsonRequest, credential: Credential): string => {
  const document = fill === undefined || body === "" ? undefined : parseJson(body);
  return fill !== undefined && isRecord(document) ? JSON.stringify(fill(document, credential)) : body;
};

/** Sends a request once; gives what a success says, undefined where it says no more than that. */
export const askJson = async (
  wire: JsonWire,
  request: KeptJsonRequest,
  io: VendorIo,
): Promise<JsonRecord | undefined> => {
  const { method, path, values, headers } = request;
  const body = bodyOf(wire, request, io.credential);
  try {
    const response = await io.send({
      method,
      path,
      values,
      headers: { ...headers, ...wire.authorize(io.credential) },
      ...(body === "" ? {} : { body }),
    });
    const text = (await collectBody(response.body)).toString("utf8");
    const document = parseJson(text);
    const { status } = response;
    if (status < 200 || status > 299)
      throw wire.failure(
        { method, path, status, headers: response.headers, document },
        { credential: io.credential, payload: body },
      );
    if (isRecord(document)) return document;
    if (text.trim() === "" && (status === 202 || status === 204)) return undefined;
    throw unreadableAnswer();
  } catch (error) {
    throw transportFailure(error) ?? error;
  }
};

/** The same for a request that is answered by a document. */
export const askJsonFor = async (wire: JsonWire, request: KeptJsonRequest, io: VendorIo): Promise<JsonRecord> => {
  const document = await askJson(wire, request, io);
  if (document === undefined) throw unreadableAnswer();
  return document;
};

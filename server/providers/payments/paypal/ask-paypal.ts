import { ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { isRecord, parseJson, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { paypalFailure } from "./paypal-failure.ts";
import type { PaypalRequest } from "./paypal-request.ts";
import { forgetToken, tokenOf } from "./paypal-token.ts";

/** An object that PayPal answered, with its id. */
export interface PaypalObject {
  readonly id: string;
  readonly document: JsonRecord;
}

export const unreadable = (status: number): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt: "unreadable",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "The vendor's answer could not be understood.",
  });

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: unknown;
}

const sendOnce = async (
  { method, path, values, headers, body }: PaypalRequest,
  io: VendorIo,
  token: string,
): Promise<Reply> => {
  try {
    const response = await io.send({
      method,
      path,
      values,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(method === "POST" ? { body } : {}),
    });
    const text = (await collectBody(response.body)).toString("utf8");
    return { status: response.status, headers: response.headers, document: parseJson(text) };
  } catch (error) {
    throw transportFailure(error) ?? error;
  }
};

/** A 401 says that nothing was done; a token that was kept may have been withdrawn before its time. */
const sendWithToken = async (request: PaypalRequest, io: VendorIo): Promise<Reply & { readonly token: string }> => {
  const token = await tokenOf(io);
  const reply = await sendOnce(request, io, token.value);
  if (reply.status !== 401) return { ...reply, token: token.value };
  forgetToken(io, token.value);
  if (token.fresh) return { ...reply, token: token.value };
  const other = await tokenOf(io);
  return { ...(await sendOnce(request, io, other.value)), token: other.value };
};

/** What PayPal answers; undefined where it says yes and no more (204). */
export const askPaypal = async (request: PaypalRequest, io: VendorIo): Promise<JsonRecord | undefined> => {
  const { status, headers, document, token } = await sendWithToken(request, io);
  const secrets = { credential: { ...io.credential, token }, payload: request.body };
  if (status < 200 || status > 299) throw paypalFailure({ status, headers, document }, secrets);
  if (status === 204) return undefined;
  if (!isRecord(document)) throw unreadable(status);
  return document;
};

/** The same for a request that is answered by one object; one without an id proves nothing. */
export const askPaypalFor = async (request: PaypalRequest, io: VendorIo): Promise<PaypalObject> => {
  const document = await askPaypal(request, io);
  const id = wordAt(document, "id");
  if (document === undefined || id === undefined || wordAt(document, "status") === undefined) throw unreadable(200);
  return { id, document };
};

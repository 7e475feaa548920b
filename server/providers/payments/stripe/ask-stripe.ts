import { ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { parseJson, recordAt, isRecord, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { requestIdOf } from "../../_wire/vendor-failure.ts";
import { stripeFailure } from "./stripe-failure.ts";
import type { StripeRequest } from "./stripe-request.ts";

/** An object that Stripe answered, with its id. */
export interface StripeObject {
  readonly id: string;
  readonly document: JsonRecord;
  readonly vendorRequestId: string | undefined;
}

interface StripeReply {
  readonly document: JsonRecord;
  readonly vendorRequestId: string | undefined;
}

/** An answer that is none of Stripe's. */
export const unreadableAtStripe = (status: number): ProviderError =>
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

/** Sends a request once, and judges the answer by its status: the SDK judges by a field of the body. */
export const askStripe = async ({ method, path, headers, body }: StripeRequest, io: VendorIo): Promise<StripeReply> => {
  const secrets = { credential: io.credential, payload: body };
  try {
    const response = await io.send({
      method,
      path,
      headers: { ...headers, authorization: `Bearer ${io.credential["apiKey"] ?? ""}` },
      ...(method === "POST" ? { body } : {}),
    });
    const document = parseJson((await collectBody(response.body)).toString("utf8"));
    const { status } = response;
    if (status < 200 || status > 299)
      throw stripeFailure({ method, status, headers: response.headers, document }, secrets);
    // A success that names an error is neither.
    if (!isRecord(document) || recordAt(document, "error") !== undefined) throw unreadableAtStripe(status);
    return { document, vendorRequestId: requestIdOf(response.headers, secrets, {}) };
  } catch (error) {
    throw transportFailure(error) ?? error;
  }
};

/** The same for a request that is answered by one object; one without an id proves nothing. */
export const askStripeFor = async (request: StripeRequest, kind: string, io: VendorIo): Promise<StripeObject> => {
  const { document, vendorRequestId } = await askStripe(request, io);
  const id = wordAt(document, "id");
  if (id === undefined || document["object"] !== kind) throw unreadableAtStripe(200);
  return { id, document, vendorRequestId };
};

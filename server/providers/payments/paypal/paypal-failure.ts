import { ProviderError } from "../../../contracts/vendor-call.ts";
import { arrayAt, wordAt } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import { requestIdOf, retryAfterMsOf } from "../../_wire/vendor-failure.ts";
import { inProgress, issues, type Told } from "./paypal-issues.ts";

interface PaypalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where it is no JSON. */
  readonly document: unknown;
}

/** The only body that a caller's fields reach; what else PayPal names is its own. */
interface PaypalWords {
  /** `INVALID_REQUEST`, or OAuth's `invalid_token`. */
  readonly name: string | undefined;
  readonly issue: string | undefined;
  readonly field: string | undefined;
}

const unknown = (message: string, code: Told["code"], doubt: Told["doubt"]): Told => ({
  kind: "unknown",
  doubt,
  code,
  about: "route",
  message,
});

const wrongToken: Told = {
  kind: "refused",
  code: "PROVIDER_AUTH_FAILED",
  about: "credential",
  message: "The vendor refused the stored credential.",
};
const notAllowed: Told = {
  ...wrongToken,
  about: "route",
  message: "The stored credential may not do this at the vendor.",
};
const tooMany: Told = {
  ...wrongToken,
  code: "PROVIDER_RATE_LIMITED",
  about: "route",
  message: "The vendor limits the rate of requests.",
};

/** The sentence is ours: PayPal's own may quote what was sent. */
const refusal = (status: number, field: string | undefined): Told => ({
  kind: "refused",
  code: "PROVIDER_REJECTED",
  about: "request",
  message:
    status === 404
      ? "The vendor does not know what was named."
      : field === undefined
        ? "The vendor refused the request."
        : `The vendor refused the field ${field}.`,
});

/**
 * What an answer proves that is no success: https://developer.paypal.com/api/rest/responses/. Of a 5xx nobody says that
 * nothing was done.
 */
const judge = (status: number, { name, issue, field }: PaypalWords): Told => {
  // Whoever answers without PayPal's words was not PayPal, or not whole.
  if (name === undefined)
    return unknown(
      "The vendor's answer could not be understood.",
      "PROVIDER_BAD_RESPONSE",
      status >= 500 ? "server_error" : "unreadable",
    );
  if (status === 408 || status >= 500 || status < 400)
    return unknown("The vendor failed, and does not say what it has done.", "PROVIDER_UNAVAILABLE", "server_error");
  if (status === 401) return wrongToken;
  if (status === 429) return tooMany;
  const told = issue !== undefined && Object.hasOwn(issues, issue) ? issues[issue] : undefined;
  if (told !== undefined) return told;
  if (status === 409) return inProgress;
  return status === 403 ? notAllowed : refusal(status, field);
};

/** What an answer of PayPal that is no success means for the call path. */
export const paypalFailure = ({ status, headers, document }: PaypalAnswer, secrets: Secrets): ProviderError => {
  const [detail] = arrayAt(document, "details");
  const safe = (word: string | undefined): string | undefined => safeWord(word, secrets);
  const words: PaypalWords = {
    name: safe(wordAt(document, "name") ?? wordAt(document, "error")),
    issue: safe(wordAt(detail, "issue")),
    field: safe(wordAt(detail, "field")),
  };
  return new ProviderError({
    status,
    retryAfterMs: retryAfterMsOf(headers),
    vendorRequestId: requestIdOf(headers, secrets, { requestIdHeader: "paypal-debug-id" }),
    reason: { status, code: words.issue ?? words.name, type: words.name, param: words.field },
    ...judge(status, words),
  });
};

import type Stripe from "stripe";
import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";
import { recordAt, wordAt } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import { requestIdOf, retryAfterMsOf } from "../../_wire/vendor-failure.ts";

interface StripeAnswer {
  readonly method: "GET" | "POST" | "DELETE";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where it is no JSON. */
  readonly document: unknown;
}

/** After a request of ours whose outcome is unknown, these may describe our own success. https://docs.stripe.com/error-codes */
const alreadyCodes: ReadonlySet<string> = new Set([
  "charge_already_captured",
  "charge_already_refunded",
  "payment_intent_unexpected_state",
]);

/** Why a payer's bank said no, where that is more than a no. */
const declines: Readonly<Record<string, string>> = {
  insufficient_funds: "The payer's account has insufficient funds.",
  expired_card: "The card has expired.",
  authentication_required: "The payer's bank asks for a confirmation by the payer.",
  fraudulent: "The payment was blocked as suspected fraud.",
  lost_card: "The payer's bank declined the payment.",
  stolen_card: "The payer's bank declined the payment.",
};

type Judged = Pick<ProviderFailure, "kind" | "code" | "about" | "message"> & Partial<ProviderFailure>;

const unknown = (message: string, more: Partial<ProviderFailure> = {}): Judged => ({
  kind: "unknown",
  doubt: "server_error",
  code: "PROVIDER_UNAVAILABLE",
  about: "route",
  message,
  ...more,
});

const rejected = (message: string, more: Partial<ProviderFailure> = {}): Judged => ({
  kind: "refused",
  code: "PROVIDER_REJECTED",
  about: "request",
  message,
  ...more,
});

/** The sentence is ours: Stripe's own may quote what was sent, or a part of a key. */
const refusalOf = (status: number, { method, code, param, isKnownEvent }: StripeWords): Judged => {
  if (isKnownEvent || (code !== undefined && alreadyCodes.has(code)))
    return rejected("The vendor says that its state does not allow this, or that it is done already.", {
      repeat: "already",
    });
  // What one account does not have, another may: only what asks is asked there too.
  if (status === 404 || code === "resource_missing")
    return rejected("The vendor does not know what was named.", method === "GET" ? { about: "route" } : {});
  return rejected(
    param === undefined ? "The vendor refused the request." : `The vendor refused the parameter ${param}.`,
  );
};

/** What an answer that is no success proves, by its status, and by Stripe's own type and code. https://docs.stripe.com/api/errors */
const judge = (status: number, words: StripeWords): Judged => {
  const { type, code, decline } = words;
  if (status === 409 || code === "idempotency_key_in_use")
    return unknown("The vendor still works on an earlier request with this key.", { repeat: "in_progress" });
  if (status === 401)
    return {
      kind: "refused",
      code: "PROVIDER_AUTH_FAILED",
      about: "credential",
      message: "The vendor refused the stored credential.",
    };
  if (status === 403)
    return {
      kind: "refused",
      code: "PROVIDER_AUTH_FAILED",
      about: "route",
      message: "The stored credential may not do this at the vendor.",
    };
  if (status === 429)
    return {
      kind: "refused",
      code: "PROVIDER_RATE_LIMITED",
      about: "route",
      message: "The vendor limits the rate of requests.",
    };
  if (status === 408 || status >= 500 || status < 400)
    return unknown("The vendor failed, and does not say what it has done.");
  if (type === ("idempotency_error" satisfies Stripe.RawErrorType))
    return rejected("The vendor has this key for another request.", { repeat: "mismatch" });
  if (status === 402 || type === ("card_error" satisfies Stripe.RawErrorType))
    return rejected(declines[decline ?? code ?? ""] ?? "The payer's bank declined the payment.");
  return refusalOf(status, words);
};

interface StripeWords {
  readonly method: StripeAnswer["method"];
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly decline: string | undefined;
  readonly param: string | undefined;
  /** It has an event of a meter under this identifier; that it says in words alone. */
  readonly isKnownEvent: boolean;
}

/** What an answer of Stripe that is no success means for the call path. */
export const stripeFailure = ({ method, status, headers, document }: StripeAnswer, secrets: Secrets): ProviderError => {
  const error = recordAt(document, "error");
  const word = (key: string): string | undefined => safeWord(wordAt(error, key), secrets);
  const words: StripeWords = {
    method,
    type: word("type"),
    code: word("code"),
    decline: word("decline_code"),
    param: word("param"),
    isKnownEvent: wordAt(error, "message")?.startsWith("An event already exists with identifier") ?? false,
  };
  // Whoever answers without Stripe's error object was not Stripe, or not whole.
  const judged: Judged =
    error === undefined
      ? unknown("The vendor's answer could not be understood.", {
          doubt: status >= 500 ? "server_error" : "unreadable",
          code: "PROVIDER_BAD_RESPONSE",
        })
      : judge(status, words);
  return new ProviderError({
    status,
    retryAfterMs: retryAfterMsOf(headers),
    vendorRequestId: requestIdOf(headers, secrets, {}),
    reason: { status, code: words.decline ?? words.code, type: words.type, param: words.param },
    ...judged,
  });
};

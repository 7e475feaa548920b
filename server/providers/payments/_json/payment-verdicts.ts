import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";
import { requestIdOf, retryAfterMsOf } from "../../_wire/vendor-failure.ts";
import type { Secrets } from "../../_wire/safe-message.ts";
import type { RefusedAnswer } from "./refused-answer.ts";

/** What an answer that is no success proves, and what callers are told of it. The sentences are ours: a vendor's own may quote what was sent. */
export type PaymentVerdict = Pick<ProviderFailure, "kind" | "code" | "about" | "message"> &
  Pick<Partial<ProviderFailure>, "repeat" | "doubt">;

const no = (message: string): PaymentVerdict => ({
  kind: "refused",
  code: "PROVIDER_REJECTED",
  about: "request",
  message,
});

const unsaid = (message: string, more: Partial<PaymentVerdict> = {}): PaymentVerdict => ({
  kind: "unknown",
  doubt: "server_error",
  code: "PROVIDER_UNAVAILABLE",
  about: "route",
  message,
  ...more,
});

const keyRefused: PaymentVerdict = {
  kind: "refused",
  code: "PROVIDER_AUTH_FAILED",
  about: "credential",
  message: "The vendor refused the stored credential.",
};

/** The verdicts that all payment vendors share. */
export const paymentVerdicts = {
  keyRefused,
  notAllowed: { ...keyRefused, about: "route", message: "The stored credential may not do this at the vendor." },
  tooMany: {
    ...keyRefused,
    code: "PROVIDER_RATE_LIMITED",
    about: "route",
    message: "The vendor limits the rate of requests.",
  },
  failed: unsaid("The vendor failed, and does not say what it has done."),
  stillRunning: unsaid("The vendor still works on an earlier request with this key.", { repeat: "in_progress" }),
  /** After a request of unknown outcome it may be our own success: it is looked up. */
  already: {
    ...no("The vendor says that its state does not allow this, or that it is done already."),
    repeat: "already",
  },
  otherRequest: { ...no("The vendor has this key for another request."), repeat: "mismatch" },
  declined: no("The payer's account or bank declined the payment."),
  blocked: no("The payment was blocked as suspected fraud, or by a rule of the account."),
  tooLittle: no("The account at the vendor has too little money for this refund."),
  /** The account cannot; another vendor's may. */
  unable: { ...no("The account at the vendor cannot do this."), about: "route" },
} as const satisfies Record<string, PaymentVerdict>;

/** Whoever answers without the vendor's own words was not the vendor, or not whole. */
export const notUnderstood = (status: number): PaymentVerdict =>
  unsaid("The vendor's answer could not be understood.", {
    code: "PROVIDER_BAD_RESPONSE",
    doubt: status >= 500 ? "server_error" : "unreadable",
  });

/** A definite no to the request, with the vendor's name of the field where it names one. */
export const refusedField = (field: string | undefined): PaymentVerdict =>
  no(field === undefined ? "The vendor refused the request." : `The vendor refused the field ${field}.`);

/** What one account does not have, another may: only what reads is asked there too. */
export const notKnown = (method: RefusedAnswer["method"]): PaymentVerdict => ({
  ...no("The vendor does not know what was named."),
  about: method === "GET" ? "route" : "request",
});

/** What the status alone says, in the same way at every vendor; undefined where its own words decide. Of a 5xx nobody says that nothing was done. */
export const verdictOfStatus = (status: number): PaymentVerdict | undefined => {
  if (status === 408 || status >= 500 || status < 400) return paymentVerdicts.failed;
  if (status === 401) return paymentVerdicts.keyRefused;
  if (status === 403) return paymentVerdicts.notAllowed;
  return status === 429 ? paymentVerdicts.tooMany : undefined;
};

interface Told {
  readonly verdict: PaymentVerdict;
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly requestIdHeader?: string;
}

/** The error of an answer. */
export const paymentFailureOf = (
  { status, headers }: Pick<RefusedAnswer, "status" | "headers">,
  { verdict, code, type, param, requestIdHeader }: Told,
  secrets: Secrets,
): ProviderError =>
  new ProviderError({
    status,
    retryAfterMs: retryAfterMsOf(headers),
    vendorRequestId: requestIdOf(headers, secrets, requestIdHeader === undefined ? {} : { requestIdHeader }),
    reason: { status, code, type, param },
    ...verdict,
  });

/** A success that is not what was asked after: an object without an id, another object, another amount. */
export const unreadableAnswer = (message = "The vendor's answer could not be understood."): ProviderError =>
  new ProviderError({
    ...notUnderstood(200),
    message,
    status: 200,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
  });

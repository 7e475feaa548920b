import { ProviderError, type ProviderFailure } from "../../contracts/provider.ts";
import { safeVendorMessage, type Secrets } from "./safe-message.ts";
import { errorBodyOf, identifier, type VendorErrorBody } from "./vendor-error-body.ts";

type Verdict = Pick<ProviderFailure, "kind" | "code" | "about">;

const exhausted = /^(insufficient_quota|billing_hard_limit_reached|billing_error|credit_balance_too_low)$/;
const unknownModel = /^(model_not_found|model_not_available|unknown_model)$/;
const badKey = /^(invalid_api_key|API_KEY_INVALID|authentication_error|UNAUTHENTICATED|account_deactivated)$/;

/** Decides by status first, then by the code the vendor gave. */
const verdictOf = (status: number, error: VendorErrorBody | undefined): Verdict => {
  const names = [error?.code, error?.type].filter((name) => name !== undefined);
  const named = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  const refused = { kind: "refused" } as const;
  if (named(badKey) || status === 401 || status === 403)
    return { ...refused, code: "PROVIDER_AUTH_FAILED", about: "credential" };
  if (
    named(exhausted) ||
    status === 402 ||
    (status === 400 && /credit balance is too low/i.test(error?.message ?? ""))
  ) {
    return { ...refused, code: "PROVIDER_RATE_LIMITED", about: "credential" };
  }
  if (status === 429) return { ...refused, code: "PROVIDER_RATE_LIMITED", about: "route" };
  if (named(unknownModel) || status === 404 || status === 410)
    return { ...refused, code: "PROVIDER_REJECTED", about: "route" };
  // An error document is the vendor's own, documented as unbilled; a bare 5xx may come from anything on the way.
  const kind = error === undefined ? "unknown" : "refused";
  if (status === 408 || status === 504) return { kind, code: "PROVIDER_TIMEOUT", about: "route" };
  if (status >= 500) return { kind, code: "PROVIDER_UNAVAILABLE", about: "route" };
  if (status === 409 || status === 425) return { kind, code: "PROVIDER_UNAVAILABLE", about: "route" };
  if (status >= 400) return { ...refused, code: "PROVIDER_REJECTED", about: "request" };
  return { kind: "unknown", code: "PROVIDER_BAD_RESPONSE", about: "route" };
};

const sentences: Record<ProviderFailure["code"], string> = {
  PROVIDER_REJECTED: "The vendor refused the request",
  PROVIDER_RATE_LIMITED: "The vendor limits the rate of requests or the quota of the credential",
  PROVIDER_AUTH_FAILED: "The vendor refused the stored credential",
  PROVIDER_BAD_RESPONSE: "The vendor's answer could not be understood",
  PROVIDER_UNAVAILABLE: "The vendor is not available",
  PROVIDER_TIMEOUT: "The vendor did not answer in time",
  CAPABILITY_MISSING: "The vendor cannot do what the request asks for",
  REQUEST_CANCELLED: "The call was cancelled",
};

/** Milliseconds of `retry-after-ms` or `retry-after` (seconds or a date), at most a day. */
export const retryAfterMsOf = (headers: Readonly<Record<string, string>>): number | undefined => {
  const precise = Number(headers["retry-after-ms"] ?? Number.NaN);
  const told = headers["retry-after"];
  const seconds = told === undefined || told.trim() === "" ? Number.NaN : Number(told);
  const date = told === undefined || Number.isFinite(seconds) ? Number.NaN : Date.parse(told) - Date.now();
  const ms = [precise, seconds * 1000, date].find((value) => Number.isFinite(value) && value >= 0);
  return ms === undefined ? undefined : Math.min(Math.ceil(ms), 86_400_000);
};

/** The vendor's request id among the headers that vendors use. */
export const requestIdOf = (headers: Readonly<Record<string, string>>): string | undefined =>
  identifier(headers["x-request-id"] ?? headers["request-id"] ?? headers["x-goog-request-id"]);

interface VendorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: unknown;
}

/** What an error answer means for the call path. */
export const vendorFailure = ({ status, headers, document }: VendorAnswer, secrets: Secrets): ProviderError => {
  const error = errorBodyOf(document);
  // Some vendors answer 200 and put the status into the error.
  const effective = status < 400 ? (error?.status ?? status) : status;
  const verdict = verdictOf(effective, error);
  const detail =
    verdict.code === "PROVIDER_REJECTED" && error !== undefined ? safeVendorMessage(error, secrets) : undefined;
  return new ProviderError({
    ...verdict,
    status,
    retryAfterMs: retryAfterMsOf(headers) ?? error?.retryDelayMs,
    vendorRequestId: requestIdOf(headers),
    message: detail === undefined ? `${sentences[verdict.code]}.` : `${sentences[verdict.code]}: ${detail}`,
  });
};

/** A failure that Nexus itself finds: in what was asked, or in an answer. */
export const failure = (
  verdict: Verdict,
  {
    message,
    status,
    vendorRequestId,
  }: { readonly message?: string; readonly status?: number; readonly vendorRequestId?: string } = {},
): ProviderError =>
  new ProviderError({
    ...verdict,
    status,
    retryAfterMs: undefined,
    vendorRequestId,
    message: message ?? `${sentences[verdict.code]}.`,
  });

import { ProviderError, type ProviderFailure } from "../../contracts/vendor-call.ts";
import { safeRequestId, safeWord, scrubbed, type Secrets } from "./safe-message.ts";
import type { ErrorRules, VendorErrorBody } from "./error-rules.ts";
import { errorBodyOf, identifier, nothing, refusalBodyOf } from "./vendor-error-body.ts";
import { effectiveStatus, verdictOf, type Verdict } from "./verdict-of.ts";

const sentences: Record<ProviderFailure["code"], string> = {
  PROVIDER_REJECTED: "The vendor refused the request",
  PROVIDER_RATE_LIMITED: "The vendor limits the rate of requests",
  PROVIDER_AUTH_FAILED: "The vendor refused the stored credential",
  PROVIDER_ACCOUNT_EXHAUSTED: "The account behind the stored credential has no credit or quota left at the vendor",
  PROVIDER_BAD_RESPONSE: "The vendor's answer could not be understood",
  PROVIDER_UNAVAILABLE: "The vendor is not available",
  PROVIDER_TIMEOUT: "The vendor did not answer in time",
  CAPABILITY_MISSING: "The vendor cannot do what the request asks for",
  REQUEST_CANCELLED: "The call was cancelled",
};

/** Codes with which callers are shown the vendor's words; what it says of the operator's credential is for the operator. */
const quotable: ReadonlySet<ProviderFailure["code"]> = new Set([
  "PROVIDER_REJECTED",
  "PROVIDER_RATE_LIMITED",
  "PROVIDER_UNAVAILABLE",
] as const);

/** A date is relative to the vendor's clock, where the answer has it. */
const vendorNow = (headers: Readonly<Record<string, string>>): number => {
  const date = Date.parse(headers["date"] ?? "");
  return Number.isFinite(date) ? date : Date.now();
};

/** Milliseconds of `retry-after-ms` or `retry-after` (seconds or a date), at most a day. */
export const retryAfterMsOf = (headers: Readonly<Record<string, string>>): number | undefined => {
  const precise = Number(headers["retry-after-ms"] ?? Number.NaN);
  const told = headers["retry-after"];
  const seconds = told === undefined || told.trim() === "" ? Number.NaN : Number(told);
  const date = told === undefined || Number.isFinite(seconds) ? Number.NaN : Date.parse(told) - vendorNow(headers);
  const ms = [precise, seconds * 1000, date].find((value) => Number.isFinite(value) && value >= 0);
  return ms === undefined ? undefined : Math.min(Math.ceil(ms), 86_400_000);
};

/** The vendor's request id among the headers that vendors use. */
export const requestIdOf = (
  headers: Readonly<Record<string, string>>,
  secrets: Secrets,
  { requestIdHeader = "" }: Pick<ErrorRules, "requestIdHeader">,
): string | undefined =>
  safeRequestId(headers["x-request-id"] ?? headers["request-id"] ?? headers[requestIdHeader], secrets);

interface VendorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else its text. */
  readonly document: unknown;
}

const sentenceOf = (code: ProviderFailure["code"], error: VendorErrorBody | undefined, secrets: Secrets): string => {
  const said = quotable.has(code) ? scrubbed(error?.message ?? "", secrets) : "";
  return said === "" ? `${sentences[code]}.` : `${sentences[code]}: ${said}`;
};

const reasonOf = (status: number, error: VendorErrorBody | undefined, secrets: Secrets): ProviderFailure["reason"] => ({
  status,
  code: safeWord(error?.code, secrets),
  type: safeWord(error?.type, secrets),
  param: safeWord(error?.param, secrets),
});

/** The error with the name that a header gives it, in front of those of its document. */
const named = (
  error: VendorErrorBody | undefined,
  headers: Readonly<Record<string, string>>,
  { nameHeader }: ErrorRules,
): VendorErrorBody | undefined => {
  const name = nameHeader === undefined ? undefined : identifier(headers[nameHeader]?.split(":")[0]);
  if (name === undefined) return error;
  const body = error ?? nothing;
  return { ...body, type: body.type ?? name, names: [name, ...body.names] };
};

/** What an error answer means for the call path. */
export const vendorFailure = (
  { status, headers, document }: VendorAnswer,
  secrets: Secrets & { readonly model?: string | undefined },
  rules: ErrorRules,
): ProviderError => {
  const own = errorBodyOf(document, rules);
  const told = own ?? (status >= 400 ? refusalBodyOf(document, rules) : undefined);
  const error = named(told, headers, rules);
  const effective = effectiveStatus(status, error, rules);
  const verdict = verdictOf({
    status: effective,
    headers,
    error,
    ownDocument: own !== undefined || error !== told,
    rules,
    ...secrets,
  });
  return new ProviderError({
    ...verdict,
    status,
    retryAfterMs: retryAfterMsOf(headers) ?? error?.retryDelayMs,
    vendorRequestId: requestIdOf(headers, secrets, rules),
    message: sentenceOf(verdict.code, error, secrets),
    reason: reasonOf(effective, error, secrets),
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

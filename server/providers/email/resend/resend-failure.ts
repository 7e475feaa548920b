import { ProviderError, type ProviderFailure } from "../../../contracts/vendor-call.ts";
import { isRecord, parseJson, wordAt } from "../../_wire/json.ts";
import { safeWord, type Secrets } from "../../_wire/safe-message.ts";
import { retryAfterMsOf } from "../../_wire/vendor-failure.ts";

type Told = Pick<ProviderFailure, "kind" | "code" | "about"> & Pick<Partial<ProviderFailure>, "repeat" | "doubt">;

const refused = { kind: "refused" } as const;
const badKey: Told = { ...refused, code: "PROVIDER_AUTH_FAILED", about: "credential" };
const badRequest: Told = { ...refused, code: "PROVIDER_REJECTED", about: "request" };
const exhausted: Told = { ...refused, code: "PROVIDER_ACCOUNT_EXHAUSTED", about: "credential" };
const unknown: Told = { kind: "unknown", doubt: "server_error", code: "PROVIDER_UNAVAILABLE", about: "route" };

/**
 * What each error says by its name, https://resend.com/docs/api-reference/errors. An error that is not here says nothing
 * of whether the mail was sent.
 */
const byName: Readonly<Record<string, Told>> = {
  invalid_idempotency_key: badRequest,
  missing_api_key: badKey,
  invalid_api_key: badKey,
  restricted_api_key: badKey,
  // The domain is verified elsewhere, perhaps.
  invalid_from_address: { ...badRequest, about: "route" },
  invalid_to_address: { ...badRequest, about: "route" },
  invalid_access: { ...badRequest, about: "route" },
  not_found: { ...badRequest, about: "route" },
  method_not_allowed: { ...badRequest, about: "route" },
  invalid_idempotent_request: { ...badRequest, repeat: "mismatch" },
  concurrent_idempotent_requests: { ...unknown, repeat: "in_progress" },
  invalid_attachment: badRequest,
  invalid_parameter: badRequest,
  invalid_region: badRequest,
  invalid_scope: badRequest,
  missing_required_field: badRequest,
  monthly_quota_exceeded: exhausted,
  daily_quota_exceeded: exhausted,
  rate_limit_exceeded: { ...refused, code: "PROVIDER_RATE_LIMITED", about: "route" },
  security_error: badRequest,
};

const sentences: Readonly<Partial<Record<ProviderFailure["code"], string>>> = {
  PROVIDER_AUTH_FAILED: "Resend refused the stored credential.",
  PROVIDER_REJECTED: "Resend refused the mail",
  PROVIDER_ACCOUNT_EXHAUSTED: "The account at Resend has used up its quota.",
  PROVIDER_RATE_LIMITED: "Resend limits the rate of requests.",
  PROVIDER_UNAVAILABLE: "Resend did not say whether it took the mail.",
};

const toldBy = (name: string | undefined, status: number): Told => {
  // Of a domain that is not verified it says this with 403, and of a field with 400 or 422.
  if (name === "validation_error")
    return status === 403 ? { ...badRequest, about: "route" } : status < 500 ? badRequest : unknown;
  const told = name !== undefined && Object.hasOwn(byName, name) ? byName[name] : undefined;
  return told === undefined || status >= 500 ? unknown : told;
};

interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What an answer means that is no success. Whoever answers in other words than Resend's was not Resend. */
export const resendFailure = ({ status, headers, text }: RefusedAnswer, secrets: Secrets): ProviderError => {
  const document = parseJson(text);
  const name = isRecord(document) ? safeWord(wordAt(document, "name"), secrets) : undefined;
  const told = toldBy(name, status);
  const sentence = sentences[told.code] ?? "Resend did not take the mail.";
  return new ProviderError({
    ...told,
    status,
    retryAfterMs: retryAfterMsOf(headers),
    vendorRequestId: undefined,
    message: told.code === "PROVIDER_REJECTED" ? `${sentence} (${name ?? status}).` : sentence,
    reason: { status, code: name, type: undefined, param: undefined },
  });
};

/** A success that names no mail: what became of it nobody can tell. */
export const unreadableAnswer = (status: number): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt: "unreadable",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "Resend's answer names no mail.",
  });

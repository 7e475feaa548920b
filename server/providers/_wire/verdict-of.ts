import type { ProviderFailure } from "../../contracts/provider.ts";
import type { VendorErrorBody } from "./vendor-error-body.ts";

/** What a failure is, and what it is about. */
export type Verdict = Pick<ProviderFailure, "kind" | "code" | "about" | "doubt">;

interface Evidence {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: VendorErrorBody | undefined;
  /** The answer has an error object of a dialect: it is the vendor's own, and nobody's on the way. */
  readonly ownDocument: boolean;
  /** What was sent: words of it in a message are the caller's and prove nothing. */
  readonly payload: string;
  readonly model?: string | undefined;
}

const badKey =
  /^(invalid_api_key|invalid_authentication|incorrect_api_key|api_key_(invalid|expired|revoked|disabled)|API_KEY_(INVALID|SERVICE_BLOCKED|IP_ADDRESS_BLOCKED|HTTP_REFERRER_BLOCKED)|CONSUMER_(SUSPENDED|INVALID)|ACCOUNT_STATE_INVALID|SERVICE_DISABLED|authentication_error|UNAUTHENTICATED|ACCESS_TOKEN_EXPIRED|token_(expired|revoked)|account_(deactivated|disabled|suspended)|organization_(deactivated|disabled|suspended)|key_(revoked|disabled|expired))$/;
const badKeySaid =
  /^(this organization has been disabled|your (account|organization) (has been|is|was) (disabled|deactivated|suspended)|your api key (was|has been) (reported as leaked|revoked|disabled)|api key (not valid|expired)|incorrect api key provided|invalid api key)/i;
const exhausted =
  /^(insufficient_quota|insufficient_(credits|balance|funds)|billing_(hard_limit_reached|error|not_active)|BILLING_DISABLED|credit_balance_too_low|quota_exhausted|payment_required|out_of_credits)$/;
const exhaustedSaid = /^(your credit balance is too low|insufficient (credits|balance)|key limit exceeded)/i;
const deniedModel =
  /^(model_not_found|model_not_available|unknown_model|model_access_denied|model_not_allowed|MODEL_NOT_FOUND)$/;
const deniedModelSaid = /must be verified to use the model|does(n['’]t| not) have access to (the )?model/i;
/** OpenRouter's answer to a request that would cost more than is left: a smaller one would pass. */
const unaffordable = /fewer max_tokens|can only afford/i;
/** A request that is larger than the limit is: no waiting helps it, and nobody else meets it. */
const tooLarge =
  /^(request too large|the input (is )?too (large|long)|this request is too large|extra usage is required for long context)/i;
const numbers = /\blimit:? (\d{1,12})\b.*?\brequested:? (\d{1,12})\b/i;

/** A key that may do some things and not others: which, the request decides. */
const lacksScope = /^you have insufficient permissions for this operation|missing scopes?:/i;

const moderation = /moderat|flagged|content[_ ]?(policy|filter)|safety/i;

/** The status that dialects give to their own words, for errors in an answer of 200. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  authentication_error: 401,
  UNAUTHENTICATED: 401,
  billing_error: 402,
  permission_error: 403,
  PERMISSION_DENIED: 403,
  not_found_error: 404,
  NOT_FOUND: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  RESOURCE_EXHAUSTED: 429,
  server_error: 500,
  api_error: 500,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  overloaded_error: 529,
  timeout_error: 504,
  DEADLINE_EXCEEDED: 504,
};

/** More of a message proves nothing more. */
const saidBy = ({ error }: Evidence): string => (error?.message ?? "").slice(0, 2_000);

/** The vendor's message matches, and what matches is the vendor's own: a caller's words may stand in its answer. */
const says = (evidence: Evidence, pattern: RegExp): boolean => {
  const found = pattern.exec(saidBy(evidence))?.[0];
  return found !== undefined && !evidence.payload.toLowerCase().includes(found.toLowerCase());
};

const asksTooMuch = (evidence: Evidence): boolean => {
  const said = saidBy(evidence);
  if (tooLarge.test(said)) return true;
  const [, limit, requested] = numbers.exec(said) ?? [];
  if (limit !== undefined && requested !== undefined && Number(requested) > Number(limit)) return true;
  // There is room for requests and for tokens, only not for so many at once.
  const left = Object.entries(evidence.headers).filter(
    ([name]) => /ratelimit/.test(name) && /(^|-)remaining(-|$)/.test(name) && /tokens|requests/.test(name),
  );
  return (
    left.some(([name]) => name.includes("tokens")) &&
    left.some(([name]) => name.includes("requests")) &&
    left.every(([, value]) => Number(value) > 0)
  );
};

const isModerated = ({ error }: Evidence): boolean =>
  (error?.names.some((name) => moderation.test(name)) ?? false) ||
  moderation.test((error?.message ?? "").slice(0, 2_000));

/** Whose limit it was: the model's, unless the vendor names one that counts all models together. */
const limited = (evidence: Evidence): Verdict => {
  const refused = { kind: "refused", code: "PROVIDER_RATE_LIMITED" } as const;
  if (asksTooMuch(evidence) || isModerated(evidence)) return { ...refused, about: "route" };
  const quotas = evidence.error?.quotas ?? [];
  const together = quotas.length > 0 && quotas.every((quota) => !/model/i.test(quota));
  return { ...refused, about: together ? "credential" : "model" };
};

/** The status that an answer goes by: some vendors answer 200 and put it into the error. */
export const effectiveStatus = (status: number, error: VendorErrorBody | undefined): number => {
  if (status >= 400 || error === undefined) return status;
  const name = error.names.find((one) => Object.hasOwn(statuses, one));
  return error.status ?? (name === undefined ? undefined : statuses[name]) ?? 503;
};

/**
 * Decides by what the vendor names, then by the status. Nothing that a caller can write or weigh is about more than a
 * route: it would shut others out.
 */
export const verdictOf = (evidence: Evidence): Verdict => {
  const { status, error, ownDocument, model } = evidence;
  const said = saidBy(evidence);
  const named = (pattern: RegExp): boolean => error?.names.some((name) => pattern.test(name)) ?? false;
  const refused = { kind: "refused" } as const;
  const client = status >= 400 && status < 500;

  if (status === 402 || (client && (named(exhausted) || says(evidence, exhaustedSaid)))) {
    const about = unaffordable.test(said) || error?.passedOn === true ? "route" : "credential";
    return { ...refused, code: "PROVIDER_ACCOUNT_EXHAUSTED", about };
  }
  if (status === 401 && lacksScope.test(said)) return { ...refused, code: "PROVIDER_REJECTED", about: "route" };
  if (status === 401 || (client && status !== 429 && (named(badKey) || says(evidence, badKeySaid)))) {
    // An aggregator that was refused elsewhere accepted the key that it was shown itself.
    return { ...refused, code: "PROVIDER_AUTH_FAILED", about: error?.passedOn === true ? "route" : "credential" };
  }
  if (status === 429) return limited(evidence);
  if (client && (named(deniedModel) || says(evidence, deniedModelSaid))) {
    // Requests name other models too, in tools: only where this one is named it is this one that is shut.
    const about = status === 403 && model !== undefined && said.includes(model) ? "model" : "route";
    return { ...refused, code: "PROVIDER_REJECTED", about };
  }
  if (status === 403 || status === 404 || status === 410) {
    const moderated = status === 403 && isModerated(evidence);
    return { ...refused, code: "PROVIDER_REJECTED", about: moderated ? "request" : "route" };
  }
  // An error document is the vendor's own, documented as unbilled; a bare 5xx may come from anything on the way.
  const unknown = { kind: "unknown", doubt: "server_error" } as const;
  // Who says that it ran out of time says that it had begun to work.
  if (status === 408 || status === 504) return { ...unknown, code: "PROVIDER_TIMEOUT", about: "route" };
  const failed = ownDocument ? refused : unknown;
  if (status >= 500 || status === 409 || status === 425)
    return { ...failed, code: "PROVIDER_UNAVAILABLE", about: "route" };
  if (client) return { ...refused, code: "PROVIDER_REJECTED", about: "request" };
  return { kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" };
};

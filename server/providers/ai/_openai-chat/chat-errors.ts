import { grpcStatuses } from "../../_wire/status-details.ts";
import type { ErrorRules, VendorErrorBody } from "../../_wire/error-rules.ts";
import { arrayAt, isRecord, parseJson, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { identifier, nothing } from "../../_wire/vendor-error-body.ts";

/** A choice that is an error in itself, as OpenRouter writes it. */
const failedChoice = (document: unknown): JsonRecord | undefined => {
  const [choice] = arrayAt(document, "choices");
  return stringAt(choice, "finish_reason") === "error" ? recordAt(choice, "error") : undefined;
};

/** What OpenRouter says beside its own sentence: why it moderated, or what the vendor said that it had asked. */
const metadataOf: ErrorRules["beside"] = (error, read): VendorErrorBody | undefined => {
  const metadata = recordAt(error, "metadata");
  if (metadata === undefined) return undefined;
  const provider = stringAt(metadata, "provider_name");
  const raw: unknown = typeof metadata.raw === "string" ? (parseJson(metadata.raw) ?? metadata.raw) : metadata.raw;
  const inner = isRecord(raw) ? read(raw) : undefined;
  const told = inner?.message ?? (typeof raw === "string" ? raw : undefined);
  const message = told === undefined || provider === undefined ? told : `${provider}: ${told}`;
  const own = stringAt(error, "message");
  const reasons = arrayAt(metadata, "reasons").filter((reason) => identifier(reason) !== undefined);
  return {
    ...(inner ?? nothing),
    message: message ?? (own === undefined || reasons.length === 0 ? undefined : `${own} (${reasons.join(", ")})`),
    // Another vendor's names for a key and an account that are not the ones of this call.
    names: [],
    passedOn: provider !== undefined,
  };
};

/**
 * How servers of this wire refuse. Proxies and aggregators among them pass on what other vendors say, so that the words
 * of those are known here too.
 */
export const chatErrors: ErrorRules = {
  badKey: {
    names:
      /^(invalid_api_key|invalid_authentication|incorrect_api_key|api_key_(invalid|expired|revoked|disabled)|API_KEY_(INVALID|SERVICE_BLOCKED|IP_ADDRESS_BLOCKED|HTTP_REFERRER_BLOCKED)|CONSUMER_(SUSPENDED|INVALID)|ACCOUNT_STATE_INVALID|SERVICE_DISABLED|authentication_error|UNAUTHENTICATED|ACCESS_TOKEN_EXPIRED|token_(expired|revoked)|account_(deactivated|disabled|suspended)|organization_(deactivated|disabled|suspended)|key_(revoked|disabled|expired))$/,
    said: /^(this organization has been disabled|your (account|organization) (has been|is|was) (disabled|deactivated|suspended)|your api key (was|has been) (reported as leaked|revoked|disabled)|api key (not valid|expired)|incorrect api key provided|invalid api key)/i,
  },
  exhausted: {
    names:
      /^(insufficient_quota|insufficient_(credits|balance|funds)|billing_(hard_limit_reached|error|not_active)|BILLING_DISABLED|credit_balance_too_low|quota_exhausted|payment_required|out_of_credits)$/,
    said: /^(your credit balance is too low|insufficient (credits|balance)|key limit exceeded)/i,
  },
  deniedModel: {
    names:
      /^(model_not_found|model_not_available|unknown_model|model_access_denied|model_not_allowed|MODEL_NOT_FOUND)$/,
    said: /must be verified to use the model|does(n['’]t| not) have access to (the )?model/i,
  },
  lacksScope: /^you have insufficient permissions for this operation|missing scopes?:/i,
  // OpenRouter, of a request that would cost more than is left.
  unaffordable: /fewer max_tokens|can only afford/i,
  tooLarge:
    /^(request too large|the input (is )?too (large|long)|this request is too large|extra usage is required for long context)/i,
  statuses: {
    ...grpcStatuses,
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    rate_limit_exceeded: 429,
    server_error: 500,
    api_error: 500,
    overloaded_error: 529,
    timeout_error: 504,
  },
  errorIn: failedChoice,
  beside: metadataOf,
};

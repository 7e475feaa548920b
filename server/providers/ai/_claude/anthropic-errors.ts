import type { ErrorRules } from "../../_wire/error-rules.ts";

/** How Anthropic refuses: docs.anthropic.com/en/api/errors. */
export const anthropicErrors: ErrorRules = {
  badKey: {
    names: /^authentication_error$/,
    said: /^(this organization has been disabled|your (account|organization) (has been|is|was) (disabled|deactivated|suspended)|your api key (was|has been) (reported as leaked|revoked|disabled)|invalid api key)/i,
  },
  exhausted: { names: /^billing_error$/, said: /^your credit balance is too low/i },
  deniedModel: { names: /^model_not_(found|available)$/, said: /does(n['’]t| not) have access to (the )?model/i },
  tooLarge:
    /^(request too large|the input (is )?too (large|long)|this request is too large|extra usage is required for long context)/i,
  statuses: {
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    api_error: 500,
    overloaded_error: 529,
    timeout_error: 504,
  },
};

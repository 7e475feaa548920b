import { grpcStatuses } from "../../_wire/status-details.ts";
import type { ErrorRules } from "../../_wire/error-rules.ts";

/** How Gemini refuses: ai.google.dev/gemini-api/docs/troubleshooting, with the reasons of google.rpc.ErrorReason. */
export const googleErrors: ErrorRules = {
  badKey: {
    names:
      /^(API_KEY_(INVALID|SERVICE_BLOCKED|IP_ADDRESS_BLOCKED|HTTP_REFERRER_BLOCKED)|CONSUMER_(SUSPENDED|INVALID)|ACCOUNT_STATE_INVALID|SERVICE_DISABLED|UNAUTHENTICATED|ACCESS_TOKEN_EXPIRED)$/,
    said: /^(your api key (was|has been) (reported as leaked|revoked|disabled)|api key (not valid|expired)|invalid api key)/i,
  },
  exhausted: { names: /^BILLING_DISABLED$/, said: /^insufficient (credits|balance)/i },
  deniedModel: { names: /^MODEL_NOT_FOUND$/, said: /does(n['’]t| not) have access to (the )?model/i },
  tooLarge: /^(request too large|the input (is )?too (large|long)|this request is too large)/i,
  statuses: grpcStatuses,
  requestIdHeader: "x-goog-request-id",
};

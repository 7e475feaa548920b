import type { ErrorRules } from "../../_wire/error-rules.ts";

/** How ElevenLabs refuses: `detail` with a `status` and a sentence. https://elevenlabs.io/docs/eleven-api/resources/errors */
export const elevenLabsErrors: ErrorRules = {
  badKey: { names: /^(invalid_api_key|missing_api_key|needs_authorization|invalid_authorization_header)$/ },
  // https://help.elevenlabs.io/hc/en-us/articles/19572237925521: told with 401, as a bad key is
  exhausted: { names: /^(quota_exceeded|insufficient_credits|payment_required|subscription_required)$/ },
  deniedModel: { names: /^(model_not_found|invalid_model_id|unsupported_model|model_access_denied)$/ },
  lacksScope: /^the api key you used is missing the permission /i,
  tooLarge: /^this request's text has \d+ characters and exceeds the character limit/i,
  statuses: {},
};

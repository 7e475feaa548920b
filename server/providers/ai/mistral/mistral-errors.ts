import type { ErrorRules } from "../../_wire/error-rules.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/**
 * https://docs.mistral.ai/resources/error-glossary. A refusal is `{ object: "error", message, type, code }`, with a list
 * of fields for a message where validation failed; one of the key is `{ detail: "Unauthorized" }` alone.
 */
export const mistralErrors: ErrorRules = {
  ...chatErrors,
  deniedModel: { names: /^(invalid_model|model_not_found|1500)$/, said: /^invalid model\b/i },
  exhausted: {
    names: chatErrors.exhausted.names,
    said: /^(you have exceeded your (monthly )?(budget|spending)|insufficient (credits|balance)|payment required)/i,
  },
  statuses: {
    ...chatErrors.statuses,
    rate_limited: 429,
    service_tier_capacity_exceeded: 429,
    internal_server_error: 500,
  },
};

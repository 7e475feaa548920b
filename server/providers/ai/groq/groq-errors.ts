import type { ErrorRules } from "../../_wire/error-rules.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/** https://console.groq.com/docs/errors: OpenAI's envelope, with some codes and statuses of its own. */
export const groqErrors: ErrorRules = {
  ...chatErrors,
  deniedModel: {
    names: /^(model_not_found|model_decommissioned|model_terms_required|model_permission_blocked_(org|project))$/,
    said: /^the model `[^`]{1,128}` (does not exist|has been decommissioned)/i,
  },
  exhausted: { names: /^(insufficient_quota|blocked_api_access|spend_limit_reached)$/, said: /^spend limit/i },
};

import type { ErrorRules } from "../../_wire/error-rules.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/**
 * https://api-docs.deepseek.com/quick_start/error_codes. Nearly every refusal has the same code,
 * `invalid_request_error`, a model that does not exist among them: status and sentence tell them apart.
 */
export const deepSeekErrors: ErrorRules = {
  ...chatErrors,
  deniedModel: {
    names: chatErrors.deniedModel.names,
    said: /^(model not exist|the supported api model names are)/i,
  },
};

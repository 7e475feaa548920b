import type { ErrorRules } from "../../_wire/error-rules.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/**
 * https://docs.x.ai/developers/debugging. A refusal is `{ code, error }`, both of them sentences: a key that is not valid
 * comes with 400, an account without credit with 429 or 403.
 */
export const xaiErrors: ErrorRules = {
  ...chatErrors,
  badKey: {
    names: chatErrors.badKey.names,
    said: /^(incorrect api key provided|invalid api key|no api key provided|your api key (is|has been) (disabled|blocked|deleted))/i,
  },
  exhausted: {
    names: chatErrors.exhausted.names,
    said: /^your (newly created )?team [\w-]{1,64} (has either used all available credits|doesn['’]t have any credits)|^(used all available credits|insufficient credits)/i,
  },
  deniedModel: {
    names: chatErrors.deniedModel.names,
    said: /^(the model [\w.\-/]{1,128} does not exist or your team|model not found)/i,
  },
};

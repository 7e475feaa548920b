import type { ErrorRules } from "../../_wire/error-rules.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/** https://learn.microsoft.com/azure/ai-foundry/openai/reference#error-codes: OpenAI's envelope, with codes of Azure's. */
export const azureErrors: ErrorRules = {
  ...chatErrors,
  badKey: {
    names: chatErrors.badKey.names,
    said: /^(access denied due to invalid subscription key|unauthorized\. access token is missing)/i,
  },
  deniedModel: {
    names: /^(DeploymentNotFound|OperationNotSupported|model_not_found|unknown_model|ModelNotFound)$/,
    said: /^the api deployment for this resource does not exist/i,
  },
  exhausted: { names: /^(insufficient_quota|QuotaExceeded|ResourceQuotaExceeded)$/ },
  requestIdHeader: "apim-request-id",
};

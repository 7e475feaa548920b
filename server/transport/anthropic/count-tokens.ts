import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { countTokensRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import { withVendorFiles } from "../dialect/with-vendor-files.ts";
import { uploadedFile } from "../dialect/uploaded-file.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { asHeader, replyHeadersOf } from "../reply-headers.ts";
import { measureMessages } from "./measure-messages.ts";
import { messagesHeaders } from "./messages-dialect.ts";
import { parseCountRequest } from "./messages-request.ts";
import { ownThinkingOnly } from "./own-thinking-only.ts";

/** `/v1/messages/count_tokens`: Anthropic's own count, and for other vendors an estimate that says so. */
export const answerCount = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = parseCountRequest(value);
  const body = asRecord(value);
  const native = {
    path: "/messages/count_tokens",
    headers: messagesHeaders(request),
    body: { ...body, messages: ownThinkingOnly(body["messages"]) },
    includeUsage: true,
  };
  const counting = countTokensRequest(
    {
      operation: ai.generateText,
      requestedModel: asked.model,
      dialect: "anthropic.messages",
      ...measureMessages(asked, byteLength),
      heldField: uploadedFile(asked.messages, asked.system),
      input: body,
    },
    ({ native: { "anthropic.messages": messages } }) => {
      const count = messages?.count;
      return count && ((io) => count({ ...native, body: withVendorFiles(native.body, io) }, io));
    },
  );
  const { answer, route, allowance } = await ask(gateway, counting, ctx);
  const { inputTokens, estimated } = answer;
  return {
    status: 200,
    headers: {
      ...replyHeadersOf({ allowance }, ctx.requestId),
      "content-type": "application/json",
      "x-nexus-provider": route.target.vendor,
      "x-nexus-model": asHeader(route.target.model),
      "x-nexus-credential-tier": route.target.credentialTier,
      "x-nexus-usage-source": estimated ? "estimated" : "provider",
    },
    body: JSON.stringify({ input_tokens: inputTokens, ...(estimated ? { estimated: true } : {}) }),
  };
};

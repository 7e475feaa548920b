import { ai } from "../../contracts/ai.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { countTokensRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { asHeader, replyHeadersOf } from "../reply-headers.ts";
import { parseCountTokens } from "./generate-content-request.ts";
import { measureContents } from "./measure-contents.ts";
import { withGoogleFiles } from "./with-google-files.ts";
import { ownSignaturesOnly } from "./own-signatures-only.ts";

/** countTokens: Google's own count, and for other vendors an estimate that says so. */
export const answerCountTokens = async (
  gateway: Gateway,
  { request, model }: { readonly request: DoorRequest; readonly model: string },
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = parseCountTokens(value, model);
  const contents = ownSignaturesOnly(asked.request.contents);
  const native = (io: ProviderIo) => ({
    path: "/models/{model}:countTokens",
    headers: {},
    body: { ...asked.request, contents: withGoogleFiles(contents, io) },
    includeUsage: true,
  });
  const counting = countTokensRequest(
    {
      operation: ai.generateText,
      requestedModel: model,
      dialect: "google.generateContent",
      ...measureContents(asked, byteLength),
      input: { model, body: value },
    },
    ({ native: { "google.generateContent": generate } }) => {
      const count = generate?.count;
      return count && ((io) => count(native(io), io));
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
    body: JSON.stringify({ totalTokens: inputTokens, ...(estimated ? { estimated: true } : {}) }),
  };
};

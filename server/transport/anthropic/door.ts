import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { answerInDialect } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { servedMethods } from "../vendor-methods.ts";
import { answerCount } from "./count-tokens.ts";
import { messagesDialect } from "./messages-dialect.ts";

/** The Anthropic-compatible door: `/v1/messages` and its `count_tokens`. Errors are thrown, to be encoded by `anthropicErrorReply`. */
export const createAnthropicDoor =
  (gateway: Gateway) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const counts = request.path === "/v1/messages/count_tokens";
    if (request.path !== "/v1/messages" && !counts)
      throw new NexusError("NOT_FOUND", { message: `There is no ${request.path} here. ${servedMethods}` });
    if (request.method !== "POST")
      throw new NexusError("METHOD_NOT_ALLOWED", {
        message: `${request.path} answers to POST.`,
        details: { allow: ["POST"] },
      });
    if (counts) return answerCount(gateway, request, ctx);
    return answerInDialect(messagesDialect, gateway, request, ctx);
  };

import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { answerInDialect } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { messagesDialect } from "./messages-dialect.ts";

/** The Anthropic-compatible door: `/v1/messages`. Errors are thrown, to be encoded by `anthropicErrorReply`. */
export const createAnthropicDoor =
  (gateway: Gateway) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    if (request.path !== "/v1/messages")
      throw new NexusError("NOT_FOUND", { message: `There is no ${request.path} here.` });
    if (request.method !== "POST")
      throw new NexusError("METHOD_NOT_ALLOWED", {
        message: `${request.path} answers to POST.`,
        details: { allow: ["POST"] },
      });
    return answerInDialect(messagesDialect, gateway, request, ctx);
  };

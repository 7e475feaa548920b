import { NexusError } from "../errors.ts";
import type { DoorReply, SocketOffer } from "./door-request.ts";
import { openAiErrorReply } from "./openai/index.ts";

/** Where a GET opens a WebSocket, if anything: what a plain one is told. */
export const upgradeReply = (offers: SocketOffer, otherwise = "send a request by POST"): DoorReply => {
  const { headers, body } = openAiErrorReply(
    new NexusError("INVALID_INPUT", { message: `Open a WebSocket here, or ${otherwise}.` }),
    offers.ctx.requestId,
  );
  return { status: 426, headers: { ...headers, upgrade: "websocket" }, body, offers };
};

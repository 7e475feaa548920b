import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { aiAnswer, sizeOfImages, type AiRequest } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import { wireReply } from "../dialect/wire-reply.ts";
import type { DoorReply } from "../door-request.ts";
import { imagesAnswer, type AskedImages } from "./image-answer.ts";
import { streamImage } from "./stream-image.ts";

/** Asks for images, as the caller's own request where the vendor speaks OpenAI's dialect. */
export const askForImages = async (gateway: Gateway, ctx: CallContext, asked: AskedImages): Promise<DoorReply> => {
  const { body, input, files, previews } = asked;
  const metered: AiRequest = {
    operation: ai.generateImage,
    requestedModel: input.model,
    dialect: "openai.images",
    needs: { tools: false, images: false, json: false },
    size: sizeOfImages({ ...input, files, previews }),
    input: body,
  };
  if (previews !== undefined) return streamImage(gateway, metered, { ...asked, previews }, ctx);
  const asking = aiAnswer<WireAnswer>(metered, {
    run: (vendor, io) => imagesAnswer(asked, vendor, io, gateway.clock.now()),
    encode: encodeWireAnswer,
    decode: decodeWireAnswer,
  });
  return wireReply(await call(gateway, asking, ctx), ctx.requestId);
};

import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { answerInDialect } from "../dialect/answer-in-dialect.ts";
import { servedMethods } from "../vendor-methods.ts";
import { chatDialect } from "./chat-dialect.ts";
import { answerEmbeddings } from "./embeddings.ts";
import { answerImageEdits } from "./image-edits.ts";
import { answerImages } from "./images.ts";
import { answerModerations } from "./moderations.ts";
import { answerRerank } from "./rerank.ts";
import { answerSpeech } from "./speech.ts";
import { answerTranscriptions } from "./transcriptions.ts";

const requireMethod = (request: DoorRequest, method: string): void => {
  if (request.method !== method)
    throw new NexusError("METHOD_NOT_ALLOWED", {
      message: `${request.path} answers to ${method}.`,
      details: { allow: [method] },
    });
};

/** The OpenAI-compatible door: chat, embeddings, images, audio, moderations; and rankings, of which OpenAI has none. Errors are thrown, to be encoded by `openAiErrorReply`. */
export const createOpenAiDoor =
  (gateway: Gateway) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { path } = request;
    switch (path) {
      case "/v1/chat/completions":
        requireMethod(request, "POST");
        return answerInDialect(chatDialect, gateway, request, ctx);
      case "/v1/embeddings":
        requireMethod(request, "POST");
        return answerEmbeddings(gateway, request, ctx);
      case "/v1/images/generations":
        requireMethod(request, "POST");
        return answerImages(gateway, request, ctx);
      case "/v1/images/edits":
        requireMethod(request, "POST");
        return answerImageEdits(gateway, request, ctx);
      case "/v1/audio/speech":
        requireMethod(request, "POST");
        return answerSpeech(gateway, request, ctx);
      case "/v1/audio/transcriptions":
      case "/v1/audio/translations":
        requireMethod(request, "POST");
        return answerTranscriptions(
          gateway,
          request,
          ctx,
          path === "/v1/audio/translations" ? "/audio/translations" : "/audio/transcriptions",
        );
      case "/v1/moderations":
        requireMethod(request, "POST");
        return answerModerations(gateway, request, ctx);
      case "/v1/rerank":
        requireMethod(request, "POST");
        return answerRerank(gateway, request, ctx);
      default:
        throw new NexusError("NOT_FOUND", { message: `There is no ${path} here. ${servedMethods}` });
    }
  };

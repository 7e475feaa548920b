import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { realtimeSessionRequest } from "../../families/ai/index.ts";
import { mayAsk, routesOf } from "../../gateway/authorize-and-reserve.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { upgradeReply } from "../upgrade-reply.ts";
import { serveRealtime } from "./realtime-connection.ts";

const beta = /(^|[,\s])realtime=v1($|[,\s])/;

/** What OpenAI has below this path and is not offered, and what is in its place. */
const absent: Readonly<Record<string, string>> = {
  calls:
    "Sessions over WebRTC and SIP would pass by Nexus, which could not meter them: open a WebSocket at /v1/realtime.",
  client_secrets:
    "There are no client secrets: a page opens its WebSocket at /v1/realtime with its person's short-lived token, in the protocol openai-insecure-api-key.<token>.",
  sessions: "Sessions are set by the event session.update: open a WebSocket at /v1/realtime.",
  transcription_sessions: "Recordings are transcribed by /v1/audio/transcriptions.",
  translations:
    "Sessions that translate are not offered: open a WebSocket at /v1/realtime, and ask for it in the instructions.",
};

/** OpenAI's realtime sessions: `/v1/realtime`. Errors are thrown, to be encoded by `openAiErrorReply`. */
export const createRealtimeDoor =
  (gateway: Gateway) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const [below] = request.path.split("/").slice(3);
    if (below !== undefined)
      throw new NexusError("NOT_FOUND", {
        message:
          (Object.hasOwn(absent, below) ? absent[below] : undefined) ??
          `There is no ${request.path.slice(0, 200)} here.`,
      });
    if (request.method !== "GET")
      throw new NexusError("METHOD_NOT_ALLOWED", {
        message: `${request.path} answers to GET, with a WebSocket.`,
        details: { allow: ["GET"] },
      });
    if (beta.test(request.header("openai-beta") ?? ""))
      throw new NexusError("INVALID_INPUT", {
        issues: [{ field: "openai-beta", expected: "absent: the beta of realtime sessions has ended" }],
      });
    if (request.query.get("intent") === "transcription")
      throw new NexusError("INVALID_INPUT", {
        message: absent["transcription_sessions"] ?? "",
        issues: [{ field: "intent", expected: "absent" }],
      });
    const [named = "", another] = request.query.getAll("model");
    if (another !== undefined)
      throw new NexusError("INVALID_INPUT", { issues: [{ field: "model", expected: "one model" }] });
    const model = parseInput(ModelName, named);
    const asked = realtimeSessionRequest(model);
    await mayAsk(gateway, asked, ctx);
    // Refused here it is refused with a status.
    await routesOf(gateway, asked, ctx);
    return upgradeReply(
      { ctx, serve: (options) => serveRealtime(options, { gateway, model, ctx }) },
      `see ${ai.realtime.id} in the documentation`,
    );
  };

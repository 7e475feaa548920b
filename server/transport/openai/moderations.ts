import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { aiAnswer } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import { wireReply } from "../dialect/wire-reply.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { measureModerations, parseModerationsRequest } from "./moderations-request.ts";
import { nativeHeaders } from "./native-headers.ts";

/** POST /v1/moderations. */
export const answerModerations = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = parseModerationsRequest(value);
  const body = asRecord(value);
  const headers = nativeHeaders(request);
  const size = measureModerations(asked, byteLength);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.moderate,
      requestedModel: asked.model,
      dialect: "openai.moderations",
      needs: { tools: false, images: size.media.length > 0, json: false },
      size,
      input: body,
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["openai.moderations"];
        if (!native) throw notTranslatable("Moderation");
        const answered = await native.answer(
          { path: "/moderations", headers, body: { ...body, model: io.model }, includeUsage: true },
          io,
        );
        return { ...answered, result: { body: answered.result.body, warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  return wireReply(await call(gateway, asking, ctx), ctx.requestId);
};

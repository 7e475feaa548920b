import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { aiAnswer, sizeOfRecording, type AiRequest } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Reply } from "../../gateway/reply.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readMultipart } from "../read-multipart.ts";
import { nativeHeaders } from "./native-headers.ts";
import { streamTranscription } from "./stream-transcription.ts";
import {
  isJsonTranscript,
  transcriptionAnswer,
  type AskedTranscription,
  type TranscriptFormat,
} from "./transcription-answer.ts";
import { parseTranscriptionForm } from "./transcriptions-request.ts";

/** OpenAI's limit for a file is 25 MB; the rest of a form is small. */
const maxBodyBytes = 26 * 1024 * 1024;

const types = {
  text: "text/plain; charset=utf-8",
  srt: "application/x-subrip",
  vtt: "text/vtt; charset=utf-8",
} as const;

type WholeReply = Pick<Reply<WireAnswer>, "result" | "facts" | "replayed" | "allowance">;

const replyOf = (
  { result, facts, replayed, allowance }: WholeReply,
  format: TranscriptFormat,
  requestId: string,
): DoorReply => {
  const notes = { facts, replayed, allowance };
  return isJsonTranscript(format)
    ? {
        status: 200,
        headers: dialectHeaders(notes, requestId, "application/json", result.warnings),
        body: appendFacts(result.body, facts),
      }
    : { status: 200, headers: dialectHeaders(notes, requestId, types[format], result.warnings), body: result.body };
};

/** POST /v1/audio/transcriptions, and /v1/audio/translations, which only their own dialect has. */
export const answerTranscriptions = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
  path: AskedTranscription["path"],
): Promise<DoorReply> => {
  const form = parseTranscriptionForm(await readMultipart(request, maxBodyBytes), path === "/audio/translations");
  const { response_format: format, stream, prompt, model } = form.asked;
  const data = form.file.bytes.toString("base64");
  const asked: AskedTranscription = { form, path, headers: nativeHeaders(request) };
  const metered: AiRequest = {
    operation: ai.transcribe,
    requestedModel: model,
    dialect: "openai.transcriptions",
    needs: { tools: false, images: false, json: false },
    size: sizeOfRecording({ data, field: "file", prompt }),
    input: { ...form.fields, file: data, path },
  };
  if (stream === "true") {
    const streamed = await streamTranscription(gateway, metered, asked, ctx);
    return "whole" in streamed ? replyOf(streamed.whole, format, ctx.requestId) : streamed;
  }
  const asking = aiAnswer<WireAnswer>(metered, {
    run: (vendor, io) => transcriptionAnswer(asked, vendor, io),
    encode: encodeWireAnswer,
    decode: decodeWireAnswer,
  });
  return replyOf(await call(gateway, asking, ctx), format, ctx.requestId);
};

import { ai } from "../../contracts/ai.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { aiStream, measureSpeech } from "../../families/ai/index.ts";
import { stream } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { asRecord } from "../dialect/as-record.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { nativeHeaders } from "./native-headers.ts";
import { parseSpeechRequest, type SpeechRequest } from "./speech-request.ts";

const maxBodyBytes = 256 * 1024;

const types: Readonly<Record<NonNullable<SpeechRequest["response_format"]>, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
};

/** A vendor of another dialect says all of it before the first byte. */
const translated = async (
  { model, input: text, voice, instructions, response_format: outputFormat, speed, stream_format }: SpeechRequest,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Streaming<Uint8Array>> => {
  if (!vendor.generateSpeech || stream_format === "sse") throw notTranslatable("Speech");
  const { result, ...metered } = await vendor.generateSpeech(
    { model, text, voice, instructions, outputFormat, speed },
    io,
  );
  const bytes = Buffer.from(result.audio.data, "base64");
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  return { chunks: whole(), meter: () => ({ ...metered, deliveredBytes: bytes.length, complete: true }) };
};

const same = (bytes: Uint8Array): Uint8Array => bytes;

/** POST /v1/audio/speech: the sound as it comes. */
export const answerSpeech = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value } = await readSizedJson(request, maxBodyBytes);
  const asked = parseSpeechRequest(value);
  const body = asRecord(value);
  const headers = nativeHeaders(request);
  const reply = await stream(
    gateway,
    aiStream<Uint8Array>(
      {
        operation: ai.generateSpeech,
        requestedModel: asked.model,
        dialect: "openai.speech",
        needs: { tools: false, images: false, json: false },
        size: measureSpeech({ text: asked.input, instructions: asked.instructions, speed: asked.speed }),
        input: body,
      },
      {
        open: (vendor, io) =>
          vendor.native["openai.speech"]?.stream?.(
            { path: "/audio/speech", headers, body: { ...body, model: io.model }, includeUsage: true },
            io,
          ) ?? translated(asked, vendor, io),
        encodeChunk: same,
        decodeChunk: same,
      },
    ),
    ctx,
  );
  const { start, replayed, allowance, chunks } = reply;
  // What it cost is in the list of calls: there is no place for it in a file.
  reply.end.catch(() => undefined);
  const type =
    asked.stream_format === "sse" ? "text/event-stream; charset=utf-8" : types[asked.response_format ?? "mp3"];
  return {
    status: 200,
    headers: dialectHeaders({ start, replayed, allowance }, ctx.requestId, type, []),
    body: chunks,
  };
};

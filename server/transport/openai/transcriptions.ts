import { z } from "zod";
import { ai } from "../../contracts/ai.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer, sizeOfRecording } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readMultipart } from "../read-multipart.ts";
import { encodeCues, encodeTranscript } from "./encode-transcript.ts";
import { nativeHeaders } from "./native-headers.ts";
import { parseTranscriptionForm, type TranscriptionForm } from "./transcriptions-request.ts";

/** OpenAI's limit for a file is 25 MB; the rest of a form is small. */
const maxBodyBytes = 26 * 1024 * 1024;

const types = {
  text: "text/plain; charset=utf-8",
  srt: "application/x-subrip",
  vtt: "text/vtt; charset=utf-8",
} as const;

const verboseTranscript = z.object({
  text: z.string(),
  segments: z.array(z.object({ text: z.string(), start: z.number(), end: z.number() })).default([]),
});

type Format = TranscriptionForm["asked"]["response_format"];

const isJson = (format: Format): format is "json" | "verbose_json" => format === "json" || format === "verbose_json";

/** OpenAI's own answer with times as the text, subtitles or captions that were asked for. */
const plainOf = (body: Uint8Array, format: Exclude<Format, "json" | "verbose_json">): Uint8Array => {
  const { text, segments } = verboseTranscript.parse(JSON.parse(Buffer.from(body).toString("utf8")));
  return Buffer.from(
    format === "text"
      ? `${text}\n`
      : encodeCues(
          segments.map((segment) => ({ text: segment.text, startSecond: segment.start, endSecond: segment.end })),
          format,
        ),
  );
};

/** By the contract's own words: for vendors of other dialects, and for answers that are written here. */
const translated = async (
  { asked, file }: TranscriptionForm,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Answered<WireAnswer>> => {
  if (!vendor.transcribe) throw notTranslatable("Transcription");
  const { model, language, prompt, response_format: format } = asked;
  const words = asked["timestamp_granularities[]"]?.includes("word") === true;
  const timed = format === "srt" || format === "vtt" || format === "verbose_json";
  const answered = await vendor.transcribe(
    {
      model,
      audio: { mediaType: file.mediaType, data: file.bytes.toString("base64") },
      language,
      prompt,
      ...(timed ? { timestamps: words ? ("word" as const) : ("segment" as const) } : {}),
    },
    io,
  );
  const { result } = answered;
  const body = isJson(format)
    ? encodeTranscript(answered, format === "verbose_json")
    : Buffer.from(format === "text" ? `${result.text}\n` : encodeCues(result.segments, format));
  const warnings = asked.temperature === undefined ? [] : ["temperature"];
  return { ...answered, result: { body, warnings } };
};

/** POST /v1/audio/transcriptions, and /v1/audio/translations, which only their own dialect has. */
export const answerTranscriptions = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
  path: "/audio/transcriptions" | "/audio/translations",
): Promise<DoorReply> => {
  const translates = path === "/audio/translations";
  const form = parseTranscriptionForm(await readMultipart(request, maxBodyBytes), translates);
  const { asked, fields, file } = form;
  const { response_format: format } = asked;
  const data = file.bytes.toString("base64");
  const headers = nativeHeaders(request);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.transcribe,
      requestedModel: asked.model,
      dialect: "openai.transcriptions",
      needs: { tools: false, images: false, json: false },
      size: sizeOfRecording({ data, field: "file", prompt: asked.prompt }),
      input: { ...fields, file: data, path },
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["openai.transcriptions"];
        if (native === undefined && translates) throw notTranslatable("Translation");
        if (native === undefined || !(translates || isJson(format))) return translated(form, vendor, io);
        // Plain answers tell no usage: they are written here, of one that does.
        const answered = await native.answer(
          {
            path,
            headers,
            body: {
              ...fields,
              response_format: isJson(format) ? format : "verbose_json",
              model: io.model,
              file: { field: "file", mediaType: file.mediaType, data },
            },
            includeUsage: true,
          },
          io,
        );
        const { body } = answered.result;
        return { ...answered, result: { body: isJson(format) ? body : plainOf(body, format), warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  const { result, facts, replayed, allowance } = await call(gateway, asking, ctx);
  const notes = { facts, replayed, allowance };
  return isJson(format)
    ? {
        status: 200,
        headers: dialectHeaders(notes, ctx.requestId, "application/json", result.warnings),
        body: appendFacts(result.body, facts),
      }
    : { status: 200, headers: dialectHeaders(notes, ctx.requestId, types[format], result.warnings), body: result.body };
};

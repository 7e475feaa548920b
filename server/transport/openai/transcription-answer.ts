import { z } from "zod";
import type { AiVendor, NativeRequest, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { unusableAnswer } from "../dialect/unusable-answer.ts";
import type { WireAnswer } from "../dialect/wire-answer.ts";
import { encodeCues, encodeTranscript } from "./encode-transcript.ts";
import type { TranscriptionForm } from "./transcriptions-request.ts";

export type TranscriptFormat = TranscriptionForm["asked"]["response_format"];

/** A form, and where it was sent. */
export interface AskedTranscription {
  readonly form: TranscriptionForm;
  readonly path: "/audio/transcriptions" | "/audio/translations";
  readonly headers: Readonly<Record<string, string>>;
}

export const isJsonTranscript = (format: TranscriptFormat): format is "json" | "verbose_json" =>
  format === "json" || format === "verbose_json";

const verboseTranscript = z.object({
  text: z.string(),
  segments: z.array(z.object({ text: z.string(), start: z.number(), end: z.number() })).default([]),
});

/** OpenAI's own answer with times as the text, subtitles or captions that were asked for; undefined where it has none. */
const plainOf = (
  body: Uint8Array,
  format: Exclude<TranscriptFormat, "json" | "verbose_json">,
): Uint8Array | undefined => {
  const told = verboseTranscript.safeParse(JSON.parse(Buffer.from(body).toString("utf8")));
  if (!told.success) return undefined;
  const { text, segments } = told.data;
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
  const body = isJsonTranscript(format)
    ? encodeTranscript(answered, format === "verbose_json")
    : Buffer.from(format === "text" ? `${result.text}\n` : encodeCues(result.segments, format));
  const warnings = asked.temperature === undefined ? [] : ["temperature"];
  return { ...answered, result: { body, warnings } };
};

/** The form as a vendor of the same dialect is sent it. */
export const nativeTranscriptionForm = (
  { form, path, headers }: AskedTranscription,
  model: string,
  format: "json" | "verbose_json",
): NativeRequest => {
  const { stream: _stream, ...fields } = form.fields;
  const { mediaType, bytes } = form.file;
  return {
    path,
    headers,
    body: {
      ...fields,
      response_format: format,
      model,
      file: { field: "file", mediaType, data: bytes.toString("base64") },
    },
    includeUsage: true,
  };
};

/** A whole transcript, of whatever vendor. Translations only their own dialect has. */
export const transcriptionAnswer = async (
  asked: AskedTranscription,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Answered<WireAnswer>> => {
  const { form, path } = asked;
  const { response_format: format } = form.asked;
  const native = vendor.native["openai.transcriptions"];
  const translates = path === "/audio/translations";
  if (native === undefined && translates) throw notTranslatable("Translation");
  if (native === undefined || !(translates || isJsonTranscript(format))) return translated(form, vendor, io);
  // Plain answers tell no usage: they are written here, of one that does.
  const telling = isJsonTranscript(format) ? format : "verbose_json";
  const answered = await native.answer(nativeTranscriptionForm(asked, io.model, telling), io);
  const body = isJsonTranscript(format) ? answered.result.body : plainOf(answered.result.body, format);
  if (body === undefined)
    throw unusableAnswer("unreadable", answered.vendorRequestId, "The vendor's answer has no transcript.").with(
      answered,
    );
  return { ...answered, result: { body, warnings: [] } };
};

import type { AiVendor, NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { TranscribeInput, TranscribeOutput } from "../../../contracts/ai/transcribe.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { arrayAt, isRecord, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { formBody, isFormFile, type FormFile } from "../../_wire/form-body.ts";
import { onceBegun } from "../../_wire/native-pass.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { openTap, type TappedAnswer } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { transcriptionDialect, transcriptionEvents } from "./transcription-dialect.ts";

type Headers = (io: ProviderIo) => Readonly<Record<string, string>>;
type Spoken = TranscribeOutput["segments"][number];

/** Only this model tells when something was said: https://platform.openai.com/docs/api-reference/audio/createTranscription */
const tellsTimes = (model: string): boolean => model.startsWith("whisper-1");

interface AskedTranscript {
  readonly path: "/audio/transcriptions" | "/audio/translations";
  readonly fields: JsonRecord;
  readonly file: FormFile;
  readonly headers: Readonly<Record<string, string>>;
}

/** The form as it goes out, and what the caller wrote in it. */
const formOf = async ({ path, fields, file, headers }: AskedTranscript, io: ProviderIo) => {
  const { body, contentType } = await formBody(transcriptionDialect.enforceLimits(fields, io), [file]);
  return {
    request: { method: "POST", path, headers: { ...headers, "content-type": contentType }, body } as const,
    said: JSON.stringify(fields),
  };
};

const ask = async (asked: AskedTranscript, io: ProviderIo) => {
  const tap = openTap(transcriptionDialect, io);
  const { request, said } = await formOf(asked, io);
  const answer = await tap.answer(request, said);
  return { answer, metered: meteredOf(tap.reading()) };
};

const fieldsOf = ({ language, prompt, timestamps }: TranscribeInput, model: string): JsonRecord => {
  if (timestamps !== undefined && !tellsTimes(model)) {
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: `${model} does not tell when something was said.` },
    );
  }
  return {
    response_format: tellsTimes(model) ? "verbose_json" : "json",
    ...(timestamps === undefined ? {} : { "timestamp_granularities[]": [...new Set(["segment", timestamps])] }),
    ...(language === undefined ? {} : model === "gpt-transcribe" ? { "languages[]": [language] } : { language }),
    ...(prompt === undefined ? {} : { prompt }),
  };
};

const spokenIn = (document: unknown, list: string, name: string): Spoken[] =>
  arrayAt(document, list).flatMap((piece): Spoken[] => {
    const text = stringAt(piece, name);
    const [start, end] = isRecord(piece) ? [piece["start"], piece["end"]] : [];
    return text === undefined || typeof start !== "number" || typeof end !== "number"
      ? []
      : [{ text, startSecond: start, endSecond: end }];
  });

const transcriptOf = (
  { document }: TappedAnswer,
  { timestamps }: TranscribeInput,
): Omit<TranscribeOutput, "usage" | "nexus"> | undefined => {
  const text = stringAt(document, "text");
  if (text === undefined) return undefined;
  const duration = isRecord(document) ? document["duration"] : undefined;
  return {
    text,
    segments: spokenIn(document, "segments", "text"),
    ...(timestamps === "word" ? { words: spokenIn(document, "words", "word") } : {}),
    language: wordAt(document, "language") ?? null,
    durationSeconds: typeof duration === "number" && Number.isFinite(duration) ? duration : null,
    warnings: [],
  };
};

/** `transcribe` over POST /audio/transcriptions. */
export const transcribeWith =
  (headers: Headers): NonNullable<AiVendor["transcribe"]> =>
  async (input, io) => {
    const { answer, metered } = await ask(
      {
        path: "/audio/transcriptions",
        fields: fieldsOf(input, io.model),
        file: { field: "file", ...input.audio },
        headers: headers(io),
      },
      io,
    );
    const result = transcriptOf(answer, input);
    if (result === undefined) throw nothingUsable().with(metered);
    return { ...metered, result };
  };

const askedOf = ({ path, body, headers }: NativeRequest, own: Readonly<Record<string, string>>): AskedTranscript => {
  const { file, ...fields } = body;
  if (!isFormFile(file) || (path !== "/audio/transcriptions" && path !== "/audio/translations"))
    throw failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" });
  return { path, fields, file, headers: { ...headers, ...own } };
};

/** The caller's form untranslated: its fields, and its file as `file`. */
export const nativeTranscription = (headers: Headers): NonNullable<AiVendor["native"]["openai.transcriptions"]> => ({
  answer: async (native, io) => {
    const { answer, metered } = await ask(askedOf(native, headers(io)), io);
    const contentType = answer.response.headers["content-type"] ?? "application/json";
    return { ...metered, result: { status: answer.response.status, contentType, body: answer.bytes } };
  },
  // Ibid., `stream`: of whisper-1 it is ignored.
  streams: (model) => !model.startsWith("whisper-1"),
  stream: async (native, io) => {
    const tap = openTap(transcriptionEvents, io);
    const { path, fields, file, headers: sent } = askedOf(native, headers(io));
    const { request, said } = await formOf({ path, fields: { ...fields, stream: true }, file, headers: sent }, io);
    const { frames } = await tap.stream(request, said);
    return { chunks: onceBegun(tap, frames), meter: tap.reading };
  },
});

import type { AiVendor, NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { TranscribeInput, TranscribeOutput } from "../../../contracts/ai/transcribe.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { arrayAt, isRecord, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { answerToForm, streamOfForm, type AskedForm } from "../../_wire/ask-with-form.ts";
import { isFormFile } from "../../_wire/form-body.ts";
import type { TappedAnswer } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { transcriptionDialect, transcriptionEvents } from "./transcription-dialect.ts";

type Headers = (io: ProviderIo) => Readonly<Record<string, string>>;
type Spoken = TranscribeOutput["segments"][number];

/** Only this model tells when something was said: https://platform.openai.com/docs/api-reference/audio/createTranscription */
const tellsTimes = (model: string): boolean => model.startsWith("whisper-1");

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
    const { answer, metered } = await answerToForm(
      {
        path: "/audio/transcriptions",
        fields: fieldsOf(input, io.model),
        files: [{ field: "file", ...input.audio }],
        headers: headers(io),
      },
      transcriptionDialect,
      io,
    );
    const result = transcriptOf(answer, input);
    if (result === undefined) throw nothingUsable().with(metered);
    return { ...metered, result };
  };

const askedOf = ({ path, body, headers }: NativeRequest, own: Readonly<Record<string, string>>): AskedForm => {
  const { file, ...fields } = body;
  if (!isFormFile(file) || (path !== "/audio/transcriptions" && path !== "/audio/translations"))
    throw failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" });
  return { path, fields, files: [file], headers: { ...headers, ...own } };
};

/** The caller's form untranslated: its fields, and its file as `file`. */
export const nativeTranscription = (headers: Headers): NonNullable<AiVendor["native"]["openai.transcriptions"]> => ({
  answer: async (native, io) => {
    const { answer, metered } = await answerToForm(askedOf(native, headers(io)), transcriptionDialect, io);
    const contentType = answer.response.headers["content-type"] ?? "application/json";
    return { ...metered, result: { status: answer.response.status, contentType, body: answer.bytes } };
  },
  // Ibid., `stream`: of whisper-1 it is ignored.
  streams: (model) => !model.startsWith("whisper-1"),
  stream: async (native, io) => streamOfForm(askedOf(native, headers(io)), transcriptionEvents, io),
});

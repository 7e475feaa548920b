import { z } from "zod";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import type { FormFields, FormUpload } from "../read-multipart.ts";
import { NexusError } from "../../errors.ts";
import { transcriptionFields, translationFields } from "./openai-fields.ts";

/** The fields of POST /v1/audio/transcriptions beside the file. */
export const TranscriptionsRequest = z.looseObject({
  model: ModelName,
  language: z.string().max(16).optional(),
  prompt: z.string().max(4_096).optional(),
  response_format: z
    .enum(["json", "text", "srt", "verbose_json", "vtt"])
    .default("json")
    .describe("What the answer is written as"),
  stream: z
    .enum(["true", "false"])
    .optional()
    .describe("Events as it is written down; ignored, as OpenAI does of whisper-1, for models that do not stream"),
  temperature: z.string().max(16).optional(),
  "timestamp_granularities[]": z
    .array(z.enum(["word", "segment"]))
    .max(2)
    .optional(),
});
export type TranscriptionsRequest = z.infer<typeof TranscriptionsRequest>;

/** A form that was accepted. */
export interface TranscriptionForm {
  readonly asked: TranscriptionsRequest;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly file: FormUpload;
}

/** Endings that say more than the type, which many clients leave out. */
const typesByEnding: Readonly<Record<string, string>> = {
  flac: "audio/flac",
  m4a: "audio/m4a",
  mp3: "audio/mpeg",
  mp4: "audio/mp4",
  mpeg: "audio/mpeg",
  mpga: "audio/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  wav: "audio/wav",
  webm: "audio/webm",
};

const typeOf = ({ name, mediaType }: FormUpload): string =>
  typesByEnding[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ??
  (/^(audio|video)\/[a-z0-9.+-]+$/.test(mediaType) ? mediaType : "application/octet-stream");

export const parseTranscriptionForm = (
  { texts, files, fileLists }: FormFields,
  translates: boolean,
): TranscriptionForm => {
  const asked = parseInput(TranscriptionsRequest, texts);
  requireKnownFields(texts, translates ? translationFields : transcriptionFields);
  const { file, ...others } = files;
  const [other] = Object.keys({ ...others, ...fileLists });
  if (other !== undefined) throw new NexusError("INVALID_INPUT", { issues: [{ field: other, expected: "absent" }] });
  if (file === undefined || file.bytes.length === 0)
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "file", expected: "a recording" }] });
  return { asked, fields: texts, file: { ...file, mediaType: typeOf(file) } };
};

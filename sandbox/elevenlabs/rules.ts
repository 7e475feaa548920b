import { finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { Refusal, RefusalRule } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";

/** A model, and what it takes. */
export interface ElevenLabsModel {
  readonly id: string;
  readonly serves: "speech" | "transcription";
  readonly mostCharacters: number;
  readonly creditsPerCharacter: number;
}

interface Asked {
  readonly body: JsonObject;
  readonly model: ElevenLabsModel;
  /** The query's `output_format`. */
  readonly format: string;
}

type Rule = RefusalRule<Asked>;

const refusal = (status: number, name: string, message: string): Refusal => ({ status, message, code: name });

// https://elevenlabs.io/docs/api-reference/text-to-speech/convert
const speechShape: ObjectShape = {
  fields: {
    text: "string",
    model_id: "string",
    language_code: "string",
    voice_settings: {
      fields: {
        stability: "number",
        similarity_boost: "number",
        style: "number",
        use_speaker_boost: "boolean",
        speed: "number",
      },
    },
    seed: "integer",
    previous_text: "string",
    next_text: "string",
    apply_text_normalization: { words: ["auto", "on", "off"] },
  },
  required: ["text"],
};

// https://elevenlabs.io/docs/api-reference/speech-to-text/convert; what a form says are texts
const transcriptShape: ObjectShape = {
  fields: {
    file: "object",
    model_id: "string",
    language_code: "string",
    timestamps_granularity: { words: ["none", "word", "character"] },
    tag_audio_events: { words: ["true", "false"] },
    diarize: { words: ["true", "false"] },
  },
  required: ["file", "model_id"],
};

const fits =
  (shape: ObjectShape): Rule =>
  ({ body }) => {
    const misfit = findMisfit(shape, body);
    if (misfit === undefined) return undefined;
    const what =
      misfit.problem === "missing" ? "Field required" : `Input should be a valid ${misfit.wanted.join(" or ")}`;
    return { status: 422, message: what, param: misfit.path.join(".") };
  };

// https://help.elevenlabs.io/hc/en-us/articles/19572237925521
const textFits: Rule = ({ body, model }) => {
  const { length } = stringOf(body["text"]);
  if (length === 0) return refusal(400, "empty_text", "A text is required.");
  return length > model.mostCharacters
    ? refusal(
        400,
        "max_character_limit_exceeded",
        `This request's text has ${length} characters and exceeds the character limit of ${model.mostCharacters} characters.`,
      )
    : undefined;
};

// …/text-to-speech/convert, `voice_settings.speed`: 0.7 to 1.2
const speedFits: Rule = ({ body }) => {
  const speed = finiteNumberOf(objectOf(body["voice_settings"])["speed"]);
  return speed !== undefined && (speed < 0.7 || speed > 1.2)
    ? refusal(400, "invalid_voice_settings", "Invalid setting for speed received, expected to be in range 0.7 to 1.2.")
    : undefined;
};

const formats =
  /^(mp3_22050_32|mp3_44100_(32|64|96|128|192)|pcm_(8000|16000|22050|24000|44100|48000)|ulaw_8000|alaw_8000|opus_48000_(32|64|96|128|192))$/;

// Ibid., `output_format`
const formatIsKnown: Rule = ({ format }) =>
  format === "" || formats.test(format)
    ? undefined
    : refusal(400, "invalid_output_format", `Output format '${format}' is not supported.`);

// Ibid., `language_code`: ISO 639-1
const languageIsCode: Rule = ({ body }) => {
  const language = stringOf(body["language_code"]);
  return language === "" || /^[a-z]{2,3}$/.test(language)
    ? undefined
    : refusal(400, "unsupported_language", `Language '${language}' is not supported.`);
};

/** Everything that POST /text-to-speech/{voice} refuses. */
export const elevenLabsSpeechRules: readonly Rule[] = [
  fits(speechShape),
  textFits,
  speedFits,
  formatIsKnown,
  languageIsCode,
];

// …/speech-to-text/convert, `file`: less than 3 GB, and at least 100 ms of sound
const fileFits: Rule = ({ body }) =>
  stringOf(objectOf(body["file"])["data"]).length < 8
    ? refusal(400, "audio_too_short", "The audio file is too short.")
    : undefined;

/** Everything that POST /speech-to-text refuses. */
export const elevenLabsTranscriptRules: readonly Rule[] = [fits(transcriptShape), fileFits, languageIsCode];

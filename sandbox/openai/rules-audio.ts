import { countTokens } from "../count-tokens.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { listed } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { speechFits, transcriptionFits } from "./rules-shape.ts";

const mostCharacters = 4_096;

// https://platform.openai.com/docs/api-reference/audio/createSpeech#audio-createspeech-input: 4,096 characters
const inputFits: OpenaiRule = ({ body }) => {
  const { length } = stringOf(body["input"]);
  if (length === 0)
    return invalid("Invalid 'input': string too short. Expected a string with minimum length 1.", "input");
  return length > mostCharacters
    ? invalid(
        `Invalid 'input': string too long. Expected a string with maximum length ${mostCharacters}, but got a string with length ${length} instead.`,
        "input",
        "string_above_max_length",
      )
    : undefined;
};

// https://platform.openai.com/docs/models/gpt-4o-mini-tts: 2,000 input tokens
const tokensFit: OpenaiRule = ({ body, model }) => {
  const tokens = countTokens(stringOf(body["input"])) + countTokens(stringOf(body["instructions"]));
  return model.id.startsWith("gpt-") && tokens > 2_000
    ? invalid(`Input is ${tokens} tokens, which is above the maximum of 2000 tokens.`, "input")
    : undefined;
};

/** …/guides/text-to-speech#voice-options */
const voices = ["alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse"];
/** With those of newer models. */
export const allVoices = [...voices, "marin", "cedar"];

/** The refusal of a voice that there is not. */
export const refusedVoice = (voice: string, known: readonly string[], param: string): Refusal | undefined =>
  known.includes(voice)
    ? undefined
    : invalid(`Invalid value: '${voice}'. Supported values are: ${listed(known)}.`, param, "invalid_value");

const voiceIsKnown: OpenaiRule = ({ body, model }) => {
  const known = model.id.startsWith("gpt-") ? allVoices : voices;
  return refusedVoice(stringOf(body["voice"]), known, "voice");
};

// …#audio-createspeech-speed: from 0.25 to 4.0
const speedFits: OpenaiRule = ({ body }) => {
  const speed = finiteNumberOf(body["speed"]);
  return speed !== undefined && (speed < 0.25 || speed > 4)
    ? invalid(`Invalid 'speed': expected a value between 0.25 and 4, but got ${speed} instead.`, "speed")
    : undefined;
};

// …#audio-createspeech-stream_format: no events of tts-1 and tts-1-hd
const eventsAreOffered: OpenaiRule = ({ body, model }) =>
  body["stream_format"] === "sse" && !model.id.startsWith("gpt-")
    ? invalid(`stream_format 'sse' is not supported with ${model.id}.`, "stream_format", "unsupported_value")
    : undefined;

/** Everything that POST /audio/speech refuses. */
export const speechRules: readonly OpenaiRule[] = [
  speechFits,
  inputFits,
  tokensFit,
  voiceIsKnown,
  speedFits,
  eventsAreOffered,
];

const formats = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];
const mostBytes = 25 * 1_048_576;

// https://platform.openai.com/docs/guides/speech-to-text: these formats, by the name of the file, and 25 MB
const fileFits: OpenaiRule = ({ body }) => {
  const file = objectOf(body["file"]);
  const name = stringOf(file["name"]);
  const size = (stringOf(file["data"]).length * 3) / 4;
  if (!formats.includes(name.slice(name.lastIndexOf(".") + 1).toLowerCase()))
    return invalid(`Invalid file format. Supported formats: ${listed(formats)}`, "file");
  if (size > mostBytes) return { status: 413, message: "Maximum content size limit (26214400) exceeded", param: null };
  return size < 4 ? invalid("Audio file is too short. Minimum audio length is 0.1 seconds.", "file") : undefined;
};

// …/api-reference/audio/createTranscription#audio-createtranscription-response_format: only json of the newer ones
const formatIsOffered: OpenaiRule = ({ body, model }) => {
  const format = stringOf(body["response_format"]) || "json";
  return model.id === "whisper-1" || format === "json" || format === "text"
    ? undefined
    : invalid(
        `response_format '${format}' is not compatible with model '${model.id}'. Use 'json' or 'text' instead.`,
        "response_format",
        "unsupported_value",
      );
};

// …#audio-createtranscription-timestamp_granularities: only beside verbose_json
const timesFit: OpenaiRule = ({ body }) =>
  listOf(body["timestamp_granularities[]"]).length > 0 && body["response_format"] !== "verbose_json"
    ? invalid("timestamp_granularities is only supported with response_format 'verbose_json'.", "response_format")
    : undefined;

// …#audio-createtranscription-language: ISO 639-1
const languageIsCode: OpenaiRule = ({ body }) => {
  const language = stringOf(body["language"]);
  return language === "" || /^[a-z]{2}$/.test(language)
    ? undefined
    : invalid(`Invalid language '${language}'. Language parameter must be specified in ISO-639-1 format.`, "language");
};

/** Everything that POST /audio/transcriptions refuses. */
export const transcriptionRules: readonly OpenaiRule[] = [
  transcriptionFits,
  fileFits,
  formatIsOffered,
  timesFit,
  languageIsCode,
];

// https://platform.openai.com/docs/api-reference/audio/createTranslation#audio-createtranslation-model: only whisper-1
const translates: OpenaiRule = ({ model }) =>
  model.id === "whisper-1" ? undefined : invalid(`Model ${model.id} does not translate.`, "model", "invalid_value");

const noTimes: OpenaiRule = ({ body }) => {
  const unknown = ["language", "timestamp_granularities[]", "include[]", "stream", "chunking_strategy"].find(
    (name) => body[name] !== undefined,
  );
  return unknown === undefined ? undefined : invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
};

/** Everything that POST /audio/translations refuses. */
export const translationRules: readonly OpenaiRule[] = [noTimes, ...transcriptionRules, translates];

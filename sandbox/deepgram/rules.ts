import { objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { Refusal, RefusalRule } from "../refusal.ts";
import type { DeepgramModel } from "./models.ts";

export interface DeepgramAsked {
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly raw: Uint8Array;
  readonly body: unknown;
  readonly model: DeepgramModel;
}
type Rule = RefusalRule<DeepgramAsked>;

/** https://developers.deepgram.com/docs/errors */
export const says = (status: number, code: string, message: string): Refusal => ({ status, code, message });
const badQuery = (message: string): Refusal => says(400, "INVALID_QUERY_PARAMETER", message);

type Kind = "text" | "flag" | "number" | readonly string[];

// https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
const listens: Readonly<Record<string, Kind>> = {
  model: "text",
  language: "text",
  detect_language: "flag",
  smart_format: "flag",
  punctuate: "flag",
  paragraphs: "flag",
  utterances: "flag",
  utt_split: "number",
  numerals: "flag",
  measurements: "flag",
  dictation: "flag",
  filler_words: "flag",
  profanity_filter: "flag",
  multichannel: "flag",
  diarize: "flag",
  diarize_model: ["latest", "v1", "v2"],
  detect_entities: "flag",
  sentiment: "flag",
  topics: "flag",
  intents: "flag",
  summarize: ["true", "false", "v2"],
  keyterm: "text",
  keywords: "text",
  redact: "text",
  replace: "text",
  search: "text",
  tag: "text",
  extra: "text",
  version: "text",
  encoding: ["linear16", "flac", "mulaw", "amr-nb", "amr-wb", "opus", "speex", "g729"],
  mip_opt_out: "flag",
};

// https://developers.deepgram.com/reference/text-to-speech/speak-request
const speaks: Readonly<Record<string, Kind>> = {
  model: "text",
  encoding: ["linear16", "flac", "mulaw", "alaw", "mp3", "opus", "aac"],
  container: ["none", "wav", "ogg"],
  sample_rate: "number",
  bit_rate: "number",
  speed: "number",
  tag: "text",
  mip_opt_out: "flag",
};

const fits = (kind: Kind, value: string): boolean => {
  if (kind === "text") return value !== "";
  if (kind === "flag") return value === "true" || value === "false";
  return kind === "number" ? value !== "" && Number.isFinite(Number(value)) : kind.includes(value);
};

const queryFits =
  (parameters: Readonly<Record<string, Kind>>): Rule =>
  ({ query }) => {
    for (const [name, value] of query) {
      const kind = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (kind === undefined) return badQuery(`Unknown query parameters: ${name}`);
      if (!fits(kind, value)) return badQuery(`Failed to deserialize query parameters: ${name}: invalid value`);
    }
    return undefined;
  };

/** Nobody has a model of that name, which speaks or hears that language. */
export const noSuchModel = says(400, "Bad Request", "Bad Request: No such model/language/tier combination found.");

const languageIsHeard: Rule = ({ query, model }) => {
  const language = query.get("language");
  return language === null || model.languages.includes(language) ? undefined : noSuchModel;
};

// https://developers.deepgram.com/docs/keyterm and …/docs/keywords
const wordsFit: Rule = ({ query, model }) => {
  const third = model.id.startsWith("nova-3");
  if (query.has("keyterm") && !third) return badQuery("Keyterm prompting is only supported with Nova-3 models.");
  return query.has("keywords") && third ? badQuery("Keywords are not supported with Nova-3 models.") : undefined;
};

// https://developers.deepgram.com/docs/errors#400-unknown-request-body-format; addresses are not followed here
const isRecording: Rule = ({ contentType, raw }) => {
  if (contentType.startsWith("application/json"))
    return says(400, "REMOTE_CONTENT_ERROR", "URL for media download must be publicly routable.");
  return raw.length < 8
    ? says(400, "Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data")
    : undefined;
};

/** Everything that POST /listen refuses. */
export const deepgramListenRules: readonly Rule[] = [queryFits(listens), languageIsHeard, wordsFit, isRecording];

const isText: Rule = ({ contentType, body }) => {
  if (!/^(application\/json|text\/plain)\b/.test(contentType))
    return says(
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      "`Content-Type` header is not supported. `Content-Type` must be either `text/plain` or `application/json`.",
    );
  const given: JsonObject = objectOf(body);
  return typeof given["text"] !== "string" || Object.keys(given).length !== 1
    ? says(
        400,
        "PAYLOAD_ERROR",
        "Failed to deserialize JSON payload. Please specify exactly one of `text` or `url` in the JSON body.",
      )
    : undefined;
};

// https://developers.deepgram.com/docs/text-to-speech#limits
const mostCharacters = 2_000;

const textFits: Rule = ({ body }) => {
  const text = stringOf(objectOf(body)["text"]);
  if (text.trim() === "") return says(400, "Bad Request", "Input text contains no characters.");
  return [...text].length > mostCharacters
    ? says(413, "Payload Too Large", `Input text exceeds maximum character limit of ${mostCharacters}.`)
    : undefined;
};

interface Format {
  readonly containers: readonly string[];
  readonly sampleRates: readonly number[];
  readonly bitRates: readonly number[] | "any";
}
const none: readonly number[] = [];

// https://developers.deepgram.com/docs/tts-media-output-settings#audio-format-combinations
const formats: Readonly<Record<string, Format>> = {
  linear16: {
    containers: ["wav", "none"],
    sampleRates: [8_000, 16_000, 24_000, 32_000, 48_000],
    bitRates: none,
  },
  mulaw: {
    containers: ["wav", "none"],
    sampleRates: [8_000, 16_000],
    bitRates: none,
  },
  alaw: {
    containers: ["wav", "none"],
    sampleRates: [8_000, 16_000],
    bitRates: none,
  },
  mp3: { containers: [], sampleRates: none, bitRates: [32_000, 48_000] },
  opus: { containers: ["ogg"], sampleRates: none, bitRates: "any" },
  flac: {
    containers: [],
    sampleRates: [8_000, 16_000, 22_050, 32_000, 48_000],
    bitRates: none,
  },
  aac: { containers: [], sampleRates: none, bitRates: "any" },
};

const misfitOf = (name: string, value: string | null, allowed: readonly (string | number)[], encoding: string) => {
  if (value === null || allowed.map(String).includes(value)) return undefined;
  const what = allowed.length === 0 ? "is not applicable" : `must be ${allowed.join(", ")}`;
  return badQuery(`Unsupported audio format: ${name} ${what} when encoding=${encoding}`);
};

const formatIsMade: Rule = ({ query }) => {
  const encoding = query.get("encoding") ?? "mp3";
  const format = formats[encoding];
  if (format === undefined) return badQuery("Unsupported audio format: encoding");
  return (
    misfitOf("container", query.get("container"), format.containers, encoding) ??
    misfitOf("sample_rate", query.get("sample_rate"), format.sampleRates, encoding) ??
    (format.bitRates === "any" ? undefined : misfitOf("bit_rate", query.get("bit_rate"), format.bitRates, encoding))
  );
};

// https://developers.deepgram.com/docs/tts-voice-controls
const speedFits: Rule = ({ query, model }) => {
  const asked = query.get("speed");
  if (asked === null) return undefined;
  if (!model.id.startsWith("aura-2-")) return badQuery("speed is not supported by this model");
  return Number(asked) < 0.7 || Number(asked) > 1.5 ? badQuery("speed must be between 0.7 and 1.5") : undefined;
};

/** Everything that POST /speak refuses. */
export const deepgramSpeakRules: readonly Rule[] = [queryFits(speaks), isText, textFits, formatIsMade, speedFits];

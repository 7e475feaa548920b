import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { GenerateSpeechInput, GenerateSpeechOutput } from "../../../contracts/ai/generate-speech.ts";
import { askForSpeech } from "../../_wire/ask-for-speech.ts";
import { fitSpeed } from "../../_wire/fit-speed.ts";
import { toldAmount } from "../../_wire/told-amount.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { deepgramErrors } from "./deepgram-errors.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;

/** https://developers.deepgram.com/docs/tts-media-output-settings#audio-format-combinations */
const formats: Readonly<Record<NonNullable<GenerateSpeechInput["outputFormat"]>, string>> = {
  mp3: "encoding=mp3",
  opus: "encoding=opus&container=ogg",
  aac: "encoding=aac",
  flac: "encoding=flac",
  wav: "encoding=linear16&container=wav&sample_rate=24000",
  pcm: "encoding=linear16&container=none&sample_rate=24000",
};

/** One of the vendor's own for each language: https://developers.deepgram.com/docs/tts-models */
const usualVoices: Readonly<Record<string, string>> = {
  en: "thalia",
  es: "celeste",
  de: "viktoria",
  fr: "agathe",
  nl: "rhea",
  it: "livia",
  ja: "izanami",
};

const voiceName = /^[a-z]{1,32}$/;
const voiceModel = /^(aura(?:-\d+)?)-[a-z]{1,32}-[a-z]{2,3}$/;

const refusing = (message: string) =>
  failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" }, { message });

/** The vendor's models are voices. One of another model has another price, so that it is refused here. */
const voiceOf = ({ voice, language = "en" }: GenerateSpeechInput, model: string): string => {
  const usual = model === "aura" ? { en: "asteria" } : usualVoices;
  const named = voice ?? (Object.hasOwn(usual, language) ? usual[language] : undefined);
  if (named === undefined)
    throw refusing(`language: expected one of ${Object.keys(usual).join(", ")}, or a voice that speaks ${language}.`);
  if (voiceName.test(named)) return `${model}-${named}-${language}`;
  if (voiceModel.exec(named)?.[1] === model) return named;
  throw refusing(
    `voice: expected the name of a voice of ${model}, such as ${usual["en"]}, or ${model}-${usual["en"]}-en.`,
  );
};

const speedOf = ({ speed }: GenerateSpeechInput, model: string): ReturnType<typeof fitSpeed> =>
  model !== "aura" || speed === undefined
    ? // https://developers.deepgram.com/docs/tts-voice-controls
      fitSpeed(speed, 0.7, 1.5)
    : {
        speed: undefined,
        warnings: [
          {
            type: "unsupported",
            setting: "speed",
            details: "Voices of aura have one speed.",
          },
        ],
      };

const warningsOf = ({ instructions }: GenerateSpeechInput): GenerateSpeechOutput["warnings"] =>
  instructions === undefined
    ? []
    : [
        {
          type: "unsupported",
          setting: "instructions",
          details: "How it is said follows from the voice.",
        },
      ];

/** `generateSpeech` over POST /speak. What is billed stands in `dg-char-count`: https://developers.deepgram.com/docs/text-to-speech */
export const speechOfDeepgram =
  (headers: Headers): NonNullable<AiVendor["generateSpeech"]> =>
  async (input, io) => {
    const voice = voiceOf(input, io.model);
    const { speed, warnings } = speedOf(input, io.model);
    const { result: audio, ...metered } = await askForSpeech(
      {
        request: {
          method: "POST",
          path: `/speak?model={voice}&${formats[input.outputFormat ?? "mp3"]}${speed === undefined ? "" : "&speed={speed}"}`,
          values: { voice, speed: String(speed) },
          headers: { ...headers(io), "content-type": "application/json" },
          body: JSON.stringify({ text: input.text }),
        },
        errors: deepgramErrors,
        format: input.outputFormat,
        charactersIn: (answered) => toldAmount(answered["dg-char-count"]),
      },
      io,
    );
    return {
      ...metered,
      result: { audio, warnings: [...warningsOf(input), ...warnings] },
    };
  };

import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { GenerateSpeechInput, GenerateSpeechOutput } from "../../../contracts/ai/generate-speech.ts";
import { askForSpeech } from "../../_wire/ask-for-speech.ts";
import { fitSpeed } from "../../_wire/fit-speed.ts";
import { toldAmount } from "../../_wire/told-amount.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { elevenLabsErrors } from "./elevenlabs-errors.ts";
import { creditsPerCharacter } from "./elevenlabs-models.ts";
import { requirePlainVoice, usualVoice } from "./require-plain-voice.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;

/** https://elevenlabs.io/docs/api-reference/text-to-speech/convert, `output_format` */
const formats: Readonly<Partial<Record<NonNullable<GenerateSpeechInput["outputFormat"]>, string>>> = {
  mp3: "mp3_44100_128",
  opus: "opus_48000_128",
  pcm: "pcm_24000",
};

const formatOf = ({ outputFormat = "mp3" }: GenerateSpeechInput): string => {
  const format = formats[outputFormat];
  if (format !== undefined) return format;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    {
      message: `outputFormat: this vendor makes ${Object.keys(formats).join(", ")}, and no ${outputFormat}.`,
    },
  );
};

const warningsOf = ({ instructions }: GenerateSpeechInput): GenerateSpeechOutput["warnings"] =>
  instructions === undefined
    ? []
    : [
        {
          type: "unsupported",
          setting: "instructions",
          details: "How it is said follows from the voice, and of eleven_v3 from tags in the text.",
        },
      ];

/**
 * `character-cost` is the bill, in credits: https://elevenlabs.io/docs/api-reference/introduction#tracking-generation-costs.
 * Prices are by the character, of which some models take half a credit each.
 */
const charactersBilled = (headers: Readonly<Record<string, string>>, model: string): number | undefined => {
  const credits = toldAmount(headers["character-cost"]);
  return credits === undefined ? undefined : Math.ceil(credits / creditsPerCharacter(model));
};

/** `generateSpeech` over POST /text-to-speech/{voice}. */
export const speechOfElevenLabs =
  (headers: Headers): NonNullable<AiVendor["generateSpeech"]> =>
  async (input, io) => {
    const { voice = usualVoice, text, language } = input;
    const format = formatOf(input);
    // Ibid., `voice_settings.speed`
    const { speed, warnings } = fitSpeed(input.speed, 0.7, 1.2);
    await requirePlainVoice(voice, headers(io), io);
    const { result: audio, ...metered } = await askForSpeech(
      {
        request: {
          method: "POST",
          path: `/text-to-speech/{voice}?output_format=${format}`,
          values: { voice },
          headers: { ...headers(io), "content-type": "application/json" },
          body: JSON.stringify({
            text,
            model_id: io.model,
            ...(language === undefined ? {} : { language_code: language }),
            ...(speed === undefined ? {} : { voice_settings: { speed } }),
          }),
        },
        errors: elevenLabsErrors,
        format: input.outputFormat,
        charactersIn: (answered) => charactersBilled(answered, io.model),
      },
      io,
    );
    return {
      ...metered,
      result: { audio, warnings: [...warningsOf(input), ...warnings] },
    };
  };

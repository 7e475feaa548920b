import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { GenerateSpeechInput, GenerateSpeechOutput } from "../../../contracts/ai/generate-speech.ts";
import type { Metered } from "../../../contracts/vendor-call.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { binaryFramer } from "../../_wire/binary-framer.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { fileReader } from "../../_wire/file-reader.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { speechTypeOf } from "../../_wire/speech-type.ts";
import { openTap, type TappedFrame } from "../../_wire/tap.ts";
import { toldAmount } from "../../_wire/told-amount.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { elevenLabsErrors } from "./elevenlabs-errors.ts";
import { creditsPerCharacter } from "./elevenlabs-models.ts";
import { requirePlainVoice, usualVoice } from "./require-plain-voice.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;

const dialect: Dialect = {
  reader: fileReader,
  errors: elevenLabsErrors,
  enforceLimits: (body) => body,
  framer: binaryFramer,
  binary: true,
};

/** https://elevenlabs.io/docs/api-reference/text-to-speech/convert, `output_format` */
const formats: Readonly<Partial<Record<NonNullable<GenerateSpeechInput["outputFormat"]>, string>>> = {
  mp3: "mp3_44100_128",
  opus: "opus_48000_128",
  pcm: "pcm_24000",
};

// Ibid., `voice_settings.speed`
const [slowest, fastest] = [0.7, 1.2];

const formatOf = ({ outputFormat = "mp3" }: GenerateSpeechInput): string => {
  const format = formats[outputFormat];
  if (format !== undefined) return format;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    { message: `outputFormat: this vendor makes ${Object.keys(formats).join(", ")}, and no ${outputFormat}.` },
  );
};

const speedOf = ({ speed }: GenerateSpeechInput): number | undefined =>
  speed === undefined ? undefined : Math.min(Math.max(speed, slowest), fastest);

const bodyOf = (input: GenerateSpeechInput, model: string) => {
  const speed = speedOf(input);
  return {
    text: input.text,
    model_id: model,
    ...(input.language === undefined ? {} : { language_code: input.language }),
    ...(speed === undefined ? {} : { voice_settings: { speed } }),
  };
};

const warningsOf = (input: GenerateSpeechInput): GenerateSpeechOutput["warnings"] => {
  const warnings: GenerateSpeechOutput["warnings"] = [];
  const warn = (setting: string, details: string): void =>
    void warnings.push({ type: "unsupported", setting, details });
  if (input.instructions !== undefined)
    warn("instructions", "How it is said follows from the voice, and of eleven_v3 from tags in the text.");
  if (speedOf(input) !== input.speed)
    warn("speed", `It became ${speedOf(input)}: this vendor goes from ${slowest} to ${fastest}.`);
  return warnings;
};

/**
 * `character-cost` is the bill, in credits: https://elevenlabs.io/docs/api-reference/introduction#tracking-generation-costs.
 * Prices are by the character, of which some models take half a credit each.
 */
const billed = (headers: Readonly<Record<string, string>>, model: string): Pick<Metered, "units" | "final"> => {
  const credits = toldAmount(headers["character-cost"]);
  return credits === undefined
    ? { units: null, final: false }
    : { units: { character: Math.ceil(credits / creditsPerCharacter(model)) }, final: true };
};

async function* soundIn(frames: AsyncIterable<TappedFrame>): AsyncGenerator<Uint8Array> {
  for await (const { raw, data, document } of frames) if (data === undefined && document === undefined) yield raw;
}

/** `generateSpeech` over POST /text-to-speech/{voice}. */
export const speechOfElevenLabs =
  (headers: Headers): NonNullable<AiVendor["generateSpeech"]> =>
  async (input, io) => {
    const { voice = usualVoice } = input;
    const format = formatOf(input);
    await requirePlainVoice(voice, headers(io), io);
    const tap = openTap(dialect, io);
    const { response, frames } = await tap.stream({
      method: "POST",
      path: `/text-to-speech/{voice}?output_format=${format}`,
      values: { voice },
      headers: { ...headers(io), "content-type": "application/json" },
      body: JSON.stringify(bodyOf(input, io.model)),
    });
    const bill = billed(response.headers, io.model);
    const metered = (deliveredBytes: number): Metered => ({
      ...meteredOf({ ...tap.reading(), deliveredBytes }),
      ...bill,
    });
    const bytes = await collectBody(soundIn(frames));
    if (!tap.reading().complete)
      throw failure({ kind: "unknown", doubt: "cut", code: "PROVIDER_UNAVAILABLE", about: "route" }).with(metered(0));
    if (bytes.length === 0) throw nothingUsable().with(metered(0));
    const audio = { mediaType: speechTypeOf(input.outputFormat), data: bytes.toString("base64") };
    return { ...metered(bytes.length), result: { audio, warnings: warningsOf(input) } };
  };

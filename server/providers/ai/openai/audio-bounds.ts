import type { Made, MadeBound } from "../../../contracts/made.ts";
import type { MediumReadings } from "../../../contracts/media.ts";
import { heldSeconds, secondsOfMedia } from "../../_wire/seconds-of-media.ts";

type MadeOf<K extends Made["kind"]> = Extract<Made, { readonly kind: K }>;

/**
 * No figure is published for how much sound a text becomes. Measured, a byte of English is 1.3 tokens; a byte is held as
 * eight, and a minute more: as if each letter took 0.4 seconds.
 */
const soundTokensPerByte = 8;
const soundTokensAside = 1_200;

/** The most that speech of OpenAI's is metered at. */
export const speechBound = (
  { characters, textBytes, speed }: MadeOf<"speech">,
  model: string,
): MadeBound | undefined => {
  if (model.startsWith("tts-1")) return { units: { character: characters }, metersInput: "never" };
  if (!model.startsWith("gpt-4o-mini-tts")) return undefined;
  const tokens = (textBytes * soundTokensPerByte + soundTokensAside) / Math.min(speed, 1);
  return { units: { outputAudio: Math.ceil(tokens) }, metersInput: "once" };
};

// platform.openai.com/docs/models/gpt-4o-transcribe: at most so many tokens are written at a time; nobody says more words
// than tokens are heard.
const writtenTokens = 2_000;
const writtenTokensPerSecond = 20;

/** The most that a transcript of OpenAI's is metered at. */
export const transcriptBound = (model: string, media: readonly MediumReadings[]): MadeBound | undefined => {
  const seconds = secondsOfMedia(media);
  if (seconds === undefined) return undefined;
  const second = heldSeconds(media);
  if (second !== undefined && /^(whisper-1|gpt-transcribe)/.test(model))
    return { units: { second }, metersInput: "never" };
  if (!/^gpt-4o(-mini)?-transcribe/.test(model)) return undefined;
  return { units: { output: writtenTokens + Math.ceil(seconds * writtenTokensPerSecond) }, metersInput: "once" };
};

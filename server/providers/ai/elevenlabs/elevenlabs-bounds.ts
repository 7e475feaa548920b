import type { Made, MadeBound } from "../../../contracts/made.ts";
import type { MediumReadings } from "../../../contracts/media.ts";
import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { secondsOfMedia } from "../../_wire/seconds-of-media.ts";
import { creditsPerCharacter } from "./elevenlabs-models.ts";

/** Voices that bill more than a credit a character are refused; credits are whole, so that a half one is rounded up. */
const charactersOf = (characters: number, model: string): number => {
  const each = creditsPerCharacter(model);
  return Math.ceil(characters * each) / each;
};

const made = (of: Made, model: string, media: readonly MediumReadings[]): MadeBound | undefined => {
  if (of.kind === "speech") return { units: { character: charactersOf(of.characters, model) }, metersInput: "never" };
  if (of.kind !== "transcript") return undefined;
  const seconds = secondsOfMedia(media);
  // Seconds are rounded up, and two readers of a file may differ by a part of one.
  return seconds === undefined ? undefined : { units: { second: Math.ceil(seconds) + 1 }, metersInput: "never" };
};

/** What ElevenLabs' documentation says of the most a request can be metered at. */
export const elevenLabsBounds: VendorBounds = {
  // https://elevenlabs.io/docs/api-reference/speech-to-text/convert, `file`: the sound of a video counts as a recording.
  medium: ({ kind }) => (kind === "audio" || kind === "video" ? [] : "refused"),
  inputTokensMax: () => undefined,
  cachesUnasked: false,
  unaskedOutput: () => undefined,
  hidesOutput: () => false,
  fees: () => [],
  toolTokens: () => 0,
  made,
};

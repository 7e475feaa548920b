import type { VendorBounds } from "../../contracts/vendor-bounds.ts";
import { heldSeconds } from "./seconds-of-media.ts";

/** Of a vendor that speaks and writes down alone: characters of a text, and seconds of a recording or a film's sound. */
export const soundBounds = (charactersOf: (characters: number, model: string) => number): VendorBounds => ({
  medium: ({ kind }) => (kind === "audio" || kind === "video" ? [] : "refused"),
  inputTokensMax: () => undefined,
  cachesUnasked: false,
  unaskedOutput: () => undefined,
  hidesOutput: () => false,
  fees: () => [],
  toolTokens: () => 0,
  made(of, model, media) {
    if (of.kind === "speech")
      return {
        units: { character: charactersOf(of.characters, model) },
        metersInput: "never",
      };
    const second = of.kind === "transcript" ? heldSeconds(media) : undefined;
    return second === undefined ? undefined : { units: { second }, metersInput: "never" };
  },
});

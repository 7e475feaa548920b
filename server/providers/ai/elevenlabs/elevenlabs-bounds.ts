import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { soundBounds } from "../../_wire/sound-bounds.ts";
import { creditsPerCharacter } from "./elevenlabs-models.ts";

/**
 * What ElevenLabs' documentation says of the most a request can be metered at. Voices that bill more than a credit a
 * character are refused; credits are whole, so that a half one is rounded up.
 * https://elevenlabs.io/docs/api-reference/speech-to-text/convert, `file`: the sound of a video counts as a recording.
 */
export const elevenLabsBounds: VendorBounds = soundBounds((characters, model) => {
  const each = creditsPerCharacter(model);
  return Math.ceil(characters * each) / each;
});

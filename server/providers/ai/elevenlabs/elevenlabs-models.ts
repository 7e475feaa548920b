import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";

/** https://elevenlabs.io/docs/overview/models */
export const elevenLabsModels: ModelRules = {
  name: /^[a-z0-9_]+$/,
  nameExpected: "an ElevenLabs model id, such as eleven_flash_v2_5",
  makes: /^(eleven|scribe)_/,
  // https://help.elevenlabs.io/hc/en-us/articles/21811236079505
  retired: /^(eleven_monolingual_v1|eleven_multilingual_v1|scribe_v1)$/,
  skills: [
    [/^scribe_v\d+$/, ["transcription"]],
    [/^eleven_(v\d|multilingual_v\d|flash_v\d|turbo_v\d)/, ["speech"]],
    // What is spoken to in real time, and voices that are changed, go by other wires.
    [/^/, []],
  ],
};

/** Credits that a character takes: https://help.elevenlabs.io/hc/en-us/articles/21811236079505, flash and turbo half of one. */
export const creditsPerCharacter = (model: string): 1 | 0.5 => (/^eleven_(flash|turbo)_|_turbo$/.test(model) ? 0.5 : 1);

// The price page of the API, as others quote it: https://developer.puter.com/tutorials/elevenlabs-api-pricing/
const source = "https://elevenlabs.io/pricing/api";
const speech = (model: string, input_mchars: number) => ({ model, prices: { input_mchars }, source });

export const elevenLabsCatalogue: PriceCatalogue = {
  listed: [
    speech("eleven_v3", 100),
    speech("eleven_multilingual_v2", 100),
    speech("eleven_flash_v2_5", 50),
    speech("eleven_flash_v2", 50),
    speech("eleven_turbo_v2_5", 50),
    speech("eleven_turbo_v2", 50),
    { model: "scribe_v2", prices: { input_audio_hours: 0.22 }, source },
  ],
};

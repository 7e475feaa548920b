import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";

/**
 * https://developers.deepgram.com/docs/models-languages-overview, …/tts-models. What the price list has two prices for
 * is two models here: nova-3, which is asked for one language, and nova-3-multilingual, which is nova-3 asked for all.
 */
export const deepgramModels: ModelRules = {
  name: /^(nova|aura|flux)(-\d+)?(-(general|multilingual|medical|pharma|meeting|phonecall|finance|conversationalai|voicemail|video|drivethru|automotive|atc))?$/,
  nameExpected: "a Deepgram model id, such as nova-3 or aura-2; a voice, such as thalia, is named by `voice`",
  makes: /^(nova|aura|flux)(-|$)/,
  skills: [
    [/^nova-\d/, ["transcription"]],
    [/^aura(-2)?$/, ["speech"]],
    // Conversations go by a WebSocket, and its first models are not sold any more.
    [/^/, []],
  ],
};

/** Asked for by this name, and billed more: the model itself is called nova-3. */
export const multilingual = "nova-3-multilingual";

/** Those that hear more languages than English: https://developers.deepgram.com/docs/models-languages-overview */
export const hearsLanguages = (model: string): boolean => /^nova-\d+(-general)?$/.test(model);

/**
 * The pay-as-you-go list for recordings, by the minute, and for voices, by a thousand characters; read on 2026-11-30 as
 * others quote it: https://raw.githubusercontent.com/hail-hq/hail/main/costs/stt.json (2026-05-05),
 * https://docs.litellm.ai/docs/providers/deepgram for nova-2, which the list has dropped, and https://deepgram.com/learn
 * for Aura.
 */
const source = "https://deepgram.com/pricing";
const heard = (model: string, perMinute: number) => ({
  model,
  prices: { input_audio_hours: Math.round(perMinute * 60 * 10_000) / 10_000 },
  source,
});
const spoken = (model: string, perThousand: number) => ({
  model,
  prices: { input_mchars: perThousand * 1_000 },
  source,
});

export const deepgramCatalogue: PriceCatalogue = {
  listed: [
    heard("nova-3", 0.0043),
    heard("nova-3-general", 0.0043),
    heard(multilingual, 0.0052),
    ...[
      "",
      "-general",
      "-meeting",
      "-phonecall",
      "-finance",
      "-conversationalai",
      "-voicemail",
      "-video",
      "-medical",
    ].map((kind) => heard(`nova-2${kind}`, 0.0043)),
    spoken("aura-2", 0.03),
    spoken("aura", 0.015),
  ],
};

import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";
import { groundingPrice } from "./search-bound.ts";

/**
 * Models with one price for text, images, video and sound alike, by the vendor's price page
 * (ai.google.dev/gemini-api/docs/pricing); the others list sound apart.
 */
const onePriceForAll = /^gemini-(2\.5|3|3\.1)-pro(-preview)?$/;

const veo = (
  model: string,
  output_video_seconds: number,
  output_video_seconds_1080p: number,
  output_video_seconds_4k?: number,
) => ({
  model,
  prices: {
    output_video_seconds,
    output_video_seconds_1080p,
    ...(output_video_seconds_4k === undefined ? {} : { output_video_seconds_4k }),
  },
  source: "https://ai.google.dev/gemini-api/docs/pricing",
});

/** Google in the catalogue, which has no price for video where it is the text's. */
export const googleCatalogue: PriceCatalogue = {
  id: "google",
  searchesAt: groundingPrice,
  // ai.google.dev/gemini-api/docs/pricing#veo-3.1: a second with sound, by its resolution.
  listed: [
    veo("veo-3.1-generate-preview", 0.4, 0.4, 0.6),
    veo("veo-3.1-fast-generate-preview", 0.1, 0.12, 0.3),
    veo("veo-3.1-lite-generate-preview", 0.05, 0.08),
  ],
  billedAsInput: (model) => (onePriceForAll.test(model) ? ["inputVideo", "inputAudio"] : ["inputVideo"]),
};

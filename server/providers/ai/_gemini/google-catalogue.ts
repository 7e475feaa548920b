import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";

/**
 * Models with one price for text, images, video and sound alike, by the vendor's price page
 * (ai.google.dev/gemini-api/docs/pricing); the others list sound apart.
 */
const onePriceForAll = /^gemini-(2\.5|3|3\.1)-pro(-preview)?$/;

/** Google in the catalogue, which has no price for video where it is the text's. */
export const googleCatalogue: PriceCatalogue = {
  id: "google",
  billedAsInput: (model) => (onePriceForAll.test(model) ? ["inputVideo", "inputAudio"] : ["inputVideo"]),
};

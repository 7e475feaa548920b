import type { Made, MadeBound } from "../../../contracts/made.ts";
import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { falImageModelOf } from "./fal-models.ts";
import { videoBound } from "../../_wire/video-seconds.ts";
import { falVideos } from "./videos.ts";
import { megapixelsOf } from "./image-size.ts";

const made = (of: Made, model: string): MadeBound | undefined => {
  if (of.kind === "video") return videoBound(falVideos.plan(of, model));
  const known = of.kind === "image" ? falImageModelOf(model) : undefined;
  if (known === undefined || of.kind !== "image") return undefined;
  const units = known.unit === "image" ? { image: 1 } : { megapixel: megapixelsOf(of.size) };
  return { units, metersInput: "never" };
};

/** What fal's documentation says of the most a request can be metered at. */
export const falBounds: VendorBounds = {
  // Images that others are made of cost nothing beside those: fal.ai/models/fal-ai/nano-banana/edit/llms.txt
  medium: ({ kind }) => (kind === "image" ? [] : "refused"),
  inputTokensMax: () => undefined,
  cachesUnasked: false,
  unaskedOutput: () => undefined,
  hidesOutput: () => false,
  fees: () => [],
  toolTokens: () => 0,
  made,
};

import { z } from "zod";
import { defineProvider } from "../../../contracts/provider.ts";
import { freeQuestion } from "../../_wire/free-question.ts";
import { isRecord } from "../../_wire/json.ts";
import { vendorFailure } from "../../_wire/vendor-failure.ts";
import { falBounds } from "./fal-bounds.ts";
import { falErrors } from "./fal-errors.ts";
import { falCatalogue, falModels } from "./fal-models.ts";
import { imagesOfFal } from "./generate-images.ts";
import { falVideos } from "./videos.ts";
import { falHeaders } from "./queue.ts";

/** A request that nobody made: whoever has no valid key is told so first. */
const nobodys = "/fal-ai/flux-1/requests/00000000-0000-0000-0000-000000000000/status";

/** fal's models of images and videos, over its queue: what it bills stands in a header that its SDK package drops. */
export const fal = defineProvider({
  id: "fal",
  name: "fal",
  family: "ai",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("API key, of the form id:secret") }),
  defaultBaseUrl: "https://queue.fal.run",
  customBaseUrl: false,
  docsUrl: "https://fal.ai/docs",
  // https://fal.ai/docs/inference-api/queue/status
  probe: freeQuestion({
    asks: "asks after a request that nobody made",
    path: nobodys,
    headers: (credential) => falHeaders({ credential }),
    isAnswer: ({ status, document }) => status === 404 && isRecord(document),
    failure: ({ status, headers, document, text }, secrets) =>
      vendorFailure({ status, headers, document: document ?? text }, secrets, falErrors),
  }),
  models: falModels,
  catalogue: falCatalogue,
  ai: {
    generateImage: imagesOfFal,
    videos: falVideos,
    native: {},
    onDisconnect: "drain",
    bounds: falBounds,
  },
});

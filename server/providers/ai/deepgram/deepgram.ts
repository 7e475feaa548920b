import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { soundBounds } from "../../_wire/sound-bounds.ts";
import { deepgramErrors } from "./deepgram-errors.ts";
import { deepgramCatalogue, deepgramModels } from "./deepgram-models.ts";
import { speechOfDeepgram } from "./speech.ts";
import { transcribeOfDeepgram } from "./transcribe.ts";

// https://developers.deepgram.com/guides/fundamentals/authenticating
const headers = ({ credential }: Pick<ProviderIo, "credential">) => ({
  authorization: `Token ${credential["apiKey"] ?? ""}`,
});

/** Deepgram's transcripts and voices, over its own wire: the characters that it bills stand in a header that its SDK package drops. */
export const deepgram = defineProvider({
  id: "deepgram",
  name: "Deepgram",
  family: "ai",
  credential: z.strictObject({
    apiKey: z.string().min(1).max(512).describe("API key of a project"),
  }),
  defaultBaseUrl: "https://api.deepgram.com/v1",
  // https://developers.deepgram.com/reference/regional-endpoints
  addresses: ["https://api.eu.deepgram.com/v1", "https://api.au.deepgram.com/v1", "https://api.in.deepgram.com/v1"],
  customBaseUrl: false,
  docsUrl: "https://developers.deepgram.com/reference/deepgram-api-overview",
  // https://developers.deepgram.com/reference/manage/projects/list
  probe: modelsProbe({
    asks: "lists the projects",
    path: "/projects",
    listed: "projects",
    headers: (credential) => headers({ credential }),
    errors: deepgramErrors,
  }),
  models: deepgramModels,
  catalogue: deepgramCatalogue,
  ai: {
    generateSpeech: speechOfDeepgram(headers),
    transcribe: transcribeOfDeepgram(headers),
    native: {},
    onDisconnect: "drain",
    // Characters as JavaScript counts them are at least as many as anybody's; a recording's seconds are billed once.
    bounds: soundBounds((characters) => characters),
  },
});

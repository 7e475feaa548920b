import { z } from "zod";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { elevenLabsBounds } from "./elevenlabs-bounds.ts";
import { elevenLabsErrors } from "./elevenlabs-errors.ts";
import { elevenLabsCatalogue, elevenLabsModels } from "./elevenlabs-models.ts";
import { speechOfElevenLabs } from "./speech.ts";
import { transcribeOfElevenLabs } from "./transcribe.ts";

// https://elevenlabs.io/docs/api-reference/authentication
const headers = ({ credential }: Pick<ProviderIo, "credential">) => ({ "xi-api-key": credential["apiKey"] ?? "" });

/** ElevenLabs' voices and transcripts, over its own wire: what it bills stands in headers that its SDK package drops. */
export const elevenlabs = defineProvider({
  id: "elevenlabs",
  name: "ElevenLabs",
  family: "ai",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("API key, begins with sk_") }),
  defaultBaseUrl: "https://api.elevenlabs.io/v1",
  // https://elevenlabs.io/docs/overview/administration/data-residency
  addresses: [
    "https://api.us.elevenlabs.io/v1",
    "https://api.eu.residency.elevenlabs.io/v1",
    "https://api.in.residency.elevenlabs.io/v1",
  ],
  customBaseUrl: false,
  docsUrl: "https://elevenlabs.io/docs/api-reference/introduction",
  // https://elevenlabs.io/docs/api-reference/user/get
  probe: modelsProbe({
    asks: "reads the account",
    path: "/user",
    listed: "subscription",
    headers: (credential) => headers({ credential }),
    errors: elevenLabsErrors,
  }),
  models: elevenLabsModels,
  catalogue: elevenLabsCatalogue,
  ai: {
    generateSpeech: speechOfElevenLabs(headers),
    transcribe: transcribeOfElevenLabs(headers),
    native: {},
    onDisconnect: "drain",
    bounds: elevenLabsBounds,
  },
});

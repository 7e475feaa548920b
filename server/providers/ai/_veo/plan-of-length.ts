import type { AiVendorVideos } from "../../../contracts/ai-vendor-videos.ts";

/** Lengths in which such models make videos, whoever sells them. */
const lengths = new Set([4, 6, 8]);

/** https://ai.google.dev/gemini-api/docs/video#parameters: 4, 6 or 8 seconds, above 720p only 8; the usual ones are 8 and 720p. */
export const planOfLength: AiVendorVideos["plan"] = ({ seconds = 8, resolution = "720p" }) =>
  lengths.has(seconds) && (resolution === "720p" || seconds === 8) ? { seconds, resolution } : undefined;

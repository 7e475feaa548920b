import type { ProviderIo, TierRate } from "../../../contracts/ai-vendor.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import type { LanguageModelVendor } from "../../_wire/language-model.ts";
import { filmUrls } from "./film-urls.ts";
import { fitGoogle } from "./fit-google.ts";
import { endContinuation, enforceGoogleLimits } from "./google-dialect.ts";
import { googleErrors } from "./google-errors.ts";
import { googleReader } from "./google-reader.ts";
import { tidyGoogle } from "./tidy-google.ts";

/** Text of Gemini over generateContent, wherever it is bought; how its adapter is made, and what signs, is the vendor's. */
export const geminiText: Omit<LanguageModelVendor, "model"> = {
  dialect: {
    reader: googleReader,
    enforceLimits: enforceGoogleLimits,
    errors: googleErrors,
    adjust: endContinuation,
    tidy: () => tidyGoogle,
    usageName: "usageMetadata",
  },
  signatures: { google: ["thoughtSignature"] },
  searchTool: () => ({ id: "google.google_search", name: "google_search", args: {} }),
  paths: {
    answer: "/models/{model}:generateContent",
    stream: "/models/{model}:streamGenerateContent?alt=sse",
  },
  fit: fitGoogle,
  urls: filmUrls,
};

/** How a caller's own generateContent goes out; that it is a stream stands in the address. */
export const geminiPass = (headers: (io: ProviderIo) => Readonly<Record<string, string>>) => ({
  headers,
  passes: [],
  streamed: (body: Readonly<Record<string, unknown>>) => body,
});

/**
 * Flex costs half; priority 75 to 100 % more than standard, of which the most is taken; provisioned capacity is paid for
 * beforehand. Origin: ai.google.dev/gemini-api/docs/priority-inference, /flex-inference.
 */
export const googleTierRate = (_model: string, tier: string): TierRate | undefined => {
  if (["standard", "unspecified", "on_demand", "provisioned_throughput", "traffic_type_unspecified"].includes(tier))
    return { numerator: 1n, denominator: 1n };
  if (tier === "flex") return { numerator: 1n, denominator: 2n };
  return tier === "priority" ? { numerator: 2n, denominator: 1n } : undefined;
};

/** From 2.5 on, models think before the first word; a picture takes up to 2,520. */
export const geminiOutputLimit = defaultOutputLimit(
  [
    [/image/, 4_096],
    [/^gemini-(1|2\.0)/, 8_192],
    [/^gemini-/, 16_384],
  ],
  8_192,
);

import { createAnthropic } from "@ai-sdk/anthropic";
import { z } from "zod";
import type { ProviderIo, TierRate } from "../../../contracts/ai-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { roughly } from "../../_wire/search-tool.ts";
import { defaultOutputLimit } from "../../_wire/default-output-limit.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { modelsProbe } from "../../_wire/models-probe.ts";
import { nativeCount } from "../../_wire/native-count.ts";
import { nativeAnswer, nativeStream, type NativePass } from "../../_wire/native-pass.ts";
import { anthropicBounds } from "../_claude/anthropic-bounds.ts";
import { anthropicDialect as dialect } from "../_claude/anthropic-dialect.ts";
import { anthropicErrors } from "../_claude/anthropic-errors.ts";
import { anthropicModels } from "./anthropic-models.ts";
import { anthropicBatches } from "./batches.ts";
import { anthropicFiles, filesBeta } from "./files.ts";
import { fitAnthropic } from "../_claude/fit-anthropic.ts";
import { withoutLargeWindow } from "../_claude/search-bound.ts";

/** Priority is capacity paid for beforehand; batches cost half. Origin: docs.anthropic.com/en/api/service-tiers. */
const anthropicTierRate = (_model: string, tier: string): TierRate | undefined => {
  if (tier === "standard" || tier === "priority") return { numerator: 1n, denominator: 1n };
  return tier === "batch" ? { numerator: 1n, denominator: 2n } : undefined;
};

const messages: LanguageModelVendor = {
  dialect,
  fit: fitAnthropic,
  searchTool: ({ maxUses, allowedDomains, blockedDomains, userLocation }) => ({
    id: "anthropic.web_search_20250305",
    name: "web_search",
    args: { maxUses, allowedDomains, blockedDomains, ...roughly(userLocation) },
  }),
  signatures: { anthropic: ["signature", "redactedData"] },
  paths: { answer: "/messages", stream: "/messages" },
  model: (io, fetch) => createAnthropic({ apiKey: io.credential.apiKey ?? "", baseURL: io.baseUrl, fetch })(io.model),
};

const version = { "anthropic-version": "2023-06-01" };

const native: NativePass = {
  dialect,
  headers: ({ credential }: ProviderIo) => ({ "x-api-key": credential.apiKey ?? "" }),
  namesEvents: true,
  passes: ["anthropic-version", "anthropic-beta"],
  defaults: version,
  // Whose request refers to a file by our id, may leave out what the vendor wants to be told of that.
  completes: ({ "anthropic-beta": given = "" }, { files, searches }): Readonly<Record<string, string>> => {
    const asked = searches === undefined ? given : withoutLargeWindow(given);
    const betas =
      files === undefined || files.size === 0 || asked.includes(filesBeta)
        ? asked
        : [asked, filesBeta].filter((beta) => beta !== "").join(",");
    return betas === given ? {} : { "anthropic-beta": betas };
  },
};

/** Anthropic, over messages. */
export const anthropic = defineProvider({
  id: "anthropic",
  name: "Anthropic",
  family: "ai",
  credential: z.strictObject({ apiKey: z.string().min(1).max(512).describe("API key, begins with sk-ant-") }),
  defaultBaseUrl: "https://api.anthropic.com/v1",
  customBaseUrl: false,
  docsUrl: "https://docs.anthropic.com/en/api/messages",
  // https://docs.anthropic.com/en/api/models-list
  probe: modelsProbe({
    path: "/models?limit=1",
    listed: "data",
    headers: ({ apiKey = "" }) => ({ "x-api-key": apiKey, ...version }),
    errors: anthropicErrors,
  }),
  models: anthropicModels,
  catalogue: { id: "anthropic" },
  ai: {
    generateText: generateTextWith(messages),
    streamText: streamTextWith(messages),
    native: {
      "anthropic.messages": {
        answer: nativeAnswer(native),
        stream: nativeStream(native),
        count: nativeCount({
          ...native,
          errors: anthropicErrors,
          counted: "input_tokens",
          body: ({ body }, { model }) => ({ ...body, model }),
        }),
      },
    },
    files: anthropicFiles,
    batches: anthropicBatches,
    onDisconnect: "drain",
    tierRate: anthropicTierRate,
    bounds: anthropicBounds,
    defaultMaxOutputTokens: defaultOutputLimit([[/^claude-(2|instant|3-(opus|sonnet|haiku))/, 4_096]], 8_192),
  },
});

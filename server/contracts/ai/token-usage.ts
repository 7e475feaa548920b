import { z } from "zod";

export const TokenUsage = z.object({
  inputTokens: z.int().nullable().describe("All input tokens, cached ones included"),
  outputTokens: z.int().nullable().describe("All output tokens, reasoning included"),
  cachedInputTokens: z.int().nullable(),
  reasoningTokens: z.int().nullable(),
  units: z.record(z.string(), z.int()).describe("Metered units by disjoint class"),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

import { z } from "zod";
import { doubts } from "./doubt.ts";
import { credentialTiers, usageSources } from "./units.ts";

/** One attempt at one vendor, as reported to the caller. */
const attemptSummary = z.object({
  vendor: z.string(),
  model: z.string(),
  credentialTier: z.enum(credentialTiers),
  outcome: z.enum(["not_sent", "refused", "answered", "unknown"]),
  errorCode: z.string().optional(),
});
type AttemptSummary = z.infer<typeof attemptSummary>;

/** What a metered call says about itself, at every door. */
export const NexusFacts = z.object({
  operationId: z.string().describe("Id of the ledger row (UUIDv7)"),
  vendor: z.string(),
  model: z.string().describe("Model the vendor answered with"),
  requestedModel: z.string(),
  credentialTier: z.enum(credentialTiers),
  costNanoUsd: z.string().describe("Integer nano-USD as a decimal string"),
  usageSource: z.enum(usageSources),
  doubt: z
    .enum(doubts)
    .optional()
    .describe("Why the cost is not known yet: `costNanoUsd` is then what is held for it, which is the most it can be"),
  attempts: z.array(attemptSummary),
});
export type NexusFacts = z.infer<typeof NexusFacts>;

/** An attempt without what is the operator's alone. */
export const attemptSummaryOf = ({
  vendor,
  model,
  credentialTier,
  outcome,
  errorCode,
}: AttemptSummary): AttemptSummary => ({
  vendor,
  model,
  credentialTier,
  outcome,
  ...(errorCode === undefined ? {} : { errorCode }),
});

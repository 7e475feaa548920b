import { z } from "zod";
import { doubts } from "./doubt.ts";
import { credentialTiers, usageSources } from "./units.ts";

/** One attempt at one vendor, as reported to the caller. */
const attemptSummary = z.object({
  vendor: z.string(),
  model: z.string().optional(),
  credentialTier: z.enum(credentialTiers),
  outcome: z.enum(["not_sent", "refused", "answered", "unknown"]),
  errorCode: z.string().optional(),
});
type AttemptSummary = z.infer<typeof attemptSummary>;

/** What a metered call says about itself, at every door. */
export const NexusFacts = z.object({
  operationId: z.string().describe("Id of the ledger row (UUIDv7)"),
  vendor: z.string(),
  model: z.string().optional().describe("Model the vendor answered with, where one was asked for"),
  requestedModel: z.string().optional(),
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

/** What the answer of a model says about itself. */
export const ModelFacts = NexusFacts.required({ model: true, requestedModel: true });
export type ModelFacts = z.infer<typeof ModelFacts>;

/** The facts of a call whose route has a model. */
export const modelFactsOf = ({ model = "", requestedModel = model, ...facts }: NexusFacts): ModelFacts => ({
  ...facts,
  model,
  requestedModel,
});

/** The ledger's name of no model is an empty one; answers name none. */
export const namedModel = (model: string | undefined): { readonly model?: string } =>
  model === undefined || model === "" ? {} : { model };

/** An attempt without what is the operator's alone. */
export const attemptSummaryOf = ({
  vendor,
  model,
  credentialTier,
  outcome,
  errorCode,
}: AttemptSummary): AttemptSummary => ({
  vendor,
  ...namedModel(model),
  credentialTier,
  outcome,
  ...(errorCode === undefined ? {} : { errorCode }),
});

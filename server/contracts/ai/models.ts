import { z } from "zod";
import { credentialTiers } from "../units.ts";
import { text } from "./parts.ts";

export const ModelsInput = z.strictObject({
  vendor: text(64).optional().describe("Models of this vendor alone"),
  search: text(100).optional().describe("Models whose id has this in it, in whatever case"),
  limit: z.int().min(1).max(5_000).optional().describe("At most so many; as many in the answer may be part of more"),
});

/** A model the caller may use, and who would pay for it. */
export const ModelInfo = z.object({
  id: z.string().describe("vendor/model"),
  vendor: z.string(),
  model: z.string(),
  operations: z.array(z.string()),
  contextWindow: z.int().nullable(),
  webSearch: z.boolean().describe("Whether a call may have it search the web, by `webSearch`"),
  credentialTier: z.enum(credentialTiers).nullable().describe("Null: no credential is stored for the vendor"),
  prices: z.record(z.string(), z.string()).describe("Nano-USD per million units, by unit class, as decimal strings"),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
export const ModelsOutput = z.object({ models: z.array(ModelInfo) });

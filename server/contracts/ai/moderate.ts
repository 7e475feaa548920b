import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { contents, hasOne, oneOfThem, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

const moderatedText = z.strictObject({ type: z.literal("text"), text: text(2_000_000).min(1) });
const moderatedImage = z
  .strictObject({
    type: z.literal("file"),
    mediaType: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
    ...contents,
  })
  .refine(hasOne, oneOfThem);

/** Input of `ai.moderate`: texts and images, which are judged together. */
export const ModerateInput = z.strictObject({
  model: ModelName,
  content: z
    .union([
      text(2_000_000).min(1),
      z
        .array(z.discriminatedUnion("type", [moderatedText, moderatedImage]))
        .min(1)
        .max(100),
    ])
    .describe(
      "A text, or texts and images; all of it is judged together. How many images a model takes is its vendor's",
    ),
});
export type ModerateInput = z.infer<typeof ModerateInput>;

export const ModerateOutput = z.object({
  flagged: z.boolean().describe("The vendor holds the content to be harmful in at least one category"),
  categories: z
    .record(z.string(), z.boolean())
    .describe("By the vendor's own names; false also where a category does not look at such content"),
  scores: z.record(z.string(), z.number()).describe("How sure the model is of each category, from 0 to 1"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type ModerateOutput = z.infer<typeof ModerateOutput>;

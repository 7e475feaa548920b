import { z } from "zod";
import { ModelFacts } from "../nexus-facts.ts";
import { asksOnce, FinishReason, oneWayToAsk, warning, writingFields } from "./generate-text.ts";
import { jsonObject, jsonValue, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";
import { Source } from "./web-search.ts";

/** Input of `ai.generateObject`: a request for text, and the schema that the answer must fit. */
export const GenerateObjectInput = z
  .strictObject({
    ...writingFields,
    schema: jsonObject.describe("JSON Schema (2020-12) of the object, without references to other documents"),
    schemaName: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, _ and -, at most 64")
      .optional()
      .describe("Tells the model what the object is"),
    schemaDescription: text(4_096).optional().describe("Tells the model more about the object"),
    strict: z
      .boolean()
      .optional()
      .describe(
        "Whether a vendor that can is told to enforce the schema; where absent, if the schema permits it: every property required and no other allowed",
      ),
  })
  .refine(asksOnce, oneWayToAsk);
export type GenerateObjectInput = z.infer<typeof GenerateObjectInput>;

export const GenerateObjectOutput = z.object({
  object: jsonValue.describe("Fits the schema"),
  text: z.string().describe("The object as the model wrote it"),
  sources: z.array(Source).optional().describe("The pages that a search found, or that the answer cites"),
  finishReason: FinishReason,
  usage: TokenUsage,
  warnings: z.array(warning),
  nexus: ModelFacts,
});
export type GenerateObjectOutput = z.infer<typeof GenerateObjectOutput>;

import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import { batchEmbedContentsShape, camelFields, embedContentShape } from "./camel-fields.ts";
import { embedContentFields } from "./gemini-fields.ts";

/** Body of embedContent; texts alone, whose cost is known beforehand. */
export const EmbedContentRequest = z.looseObject({
  content: z.looseObject({
    role: z.string().max(32).nullish(),
    parts: z
      .array(z.strictObject({ text: z.string().max(200_000) }))
      .min(1)
      .max(100),
  }),
  model: z.string().max(300).nullish(),
  taskType: z.string().max(64).nullish(),
  title: z.string().max(2_000).nullish(),
  outputDimensionality: z.int().min(1).max(16_384).nullish(),
});
export type EmbedContentRequest = z.infer<typeof EmbedContentRequest>;

export const BatchEmbedContentsRequest = z.looseObject({
  requests: z.array(EmbedContentRequest).min(1).max(2_048),
});

/** Vectors as both methods ask for them. */
export interface EmbedContentAsked {
  readonly requests: readonly EmbedContentRequest[];
  readonly batch: boolean;
}

const requireModel = ({ model: named }: EmbedContentRequest, model: string, field: string): void => {
  if (named !== undefined && named !== null && named !== model && named !== `models/${model}`)
    throw invalidField(field, `models/${model}, as in the address`);
};

export const parseEmbedContent = (body: unknown, model: string): EmbedContentAsked => {
  const request = parseInput(EmbedContentRequest, camelFields(embedContentShape, asRecord(body ?? {})));
  requireKnownFields(request, embedContentFields);
  requireModel(request, model, "model");
  return { requests: [request], batch: false };
};

export const parseBatchEmbedContents = (body: unknown, model: string): EmbedContentAsked => {
  const { requests, ...rest } = parseInput(
    BatchEmbedContentsRequest,
    camelFields(batchEmbedContentsShape, asRecord(body ?? {})),
  );
  const [more] = Object.keys(rest).filter((name) => name !== "model");
  if (more !== undefined) throw new NexusError("INVALID_INPUT", { issues: [{ field: more, expected: "absent" }] });
  for (const [index, request] of requests.entries()) {
    requireKnownFields(request, embedContentFields);
    requireModel(request, model, `requests.${index}.model`);
  }
  return { requests, batch: true };
};

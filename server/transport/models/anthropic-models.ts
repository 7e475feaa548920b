import { z } from "zod";
import type { ModelInfo } from "../../contracts/ai/models.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { invalidField } from "../dialect/translation-limits.ts";

/** A model in Anthropic's format, with Nexus's own fields. */
export const anthropicModel = ({ id, operations, contextWindow, credentialTier, prices }: ModelInfo) => ({
  type: "model",
  id,
  display_name: id,
  // Anthropic's own word for a release date that is not known.
  created_at: "1970-01-01T00:00:00Z",
  nexus: { operations, contextWindow, credentialTier, prices },
});

const cursor = z.string().min(1).max(256).optional();

const paging = z
  .object({ limit: z.coerce.number().int().min(1).max(1_000).default(20), after_id: cursor, before_id: cursor })
  .refine(({ after_id: after, before_id: before }) => after === undefined || before === undefined, {
    error: "absent beside before_id",
    path: ["after_id"],
  });

const placeOf = (models: readonly ModelInfo[], field: string, id: string): number => {
  const place = models.findIndex((model) => model.id === id);
  if (place < 0) throw invalidField(field, "the id of a listed model");
  return place;
};

/** A page of models as Anthropic lists them: after one id, or the ones just before another. */
export const anthropicPage = (models: readonly ModelInfo[], query: URLSearchParams) => {
  const { limit, after_id: after, before_id: before } = parseInput(paging, Object.fromEntries(query));
  const end = before === undefined ? models.length : placeOf(models, "before_id", before);
  const start = after === undefined ? 0 : placeOf(models, "after_id", after) + 1;
  const page = before === undefined ? models.slice(start, start + limit) : models.slice(Math.max(end - limit, 0), end);
  return {
    data: page.map(anthropicModel),
    has_more: before === undefined ? start + limit < models.length : end > limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
};

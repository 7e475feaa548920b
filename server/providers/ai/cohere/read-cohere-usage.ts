import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { readingOf, type UsageReading } from "../../_wire/usage-reading.ts";

/**
 * Usage of a chat: https://docs.cohere.com/reference/chat, `usage`. Billed are `billed_units`; `tokens` count Cohere's own
 * preamble, too, so that they tell nothing of what went in, and of what came out no less than is billed.
 */
export const readCohereUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const billed = recordAt(usage, "billed_units");
  const input = counts.at(billed, "input_tokens");
  const told = counts.at(billed, "output_tokens");
  const output = told ?? counts.at(recordAt(usage, "tokens"), "output_tokens");
  const search = counts.at(billed, "search_units");
  if (input === undefined || told === undefined) counts.notes.add("incomplete_usage");
  const whole = input !== undefined && told !== undefined;
  return readingOf(unitsOf({ input, output, search }), whole, counts);
};

/** Usage of embeddings: https://docs.cohere.com/reference/embed, `meta.billed_units`. */
export const readCohereEmbeddingUsage = (meta: unknown): UsageReading => {
  const counts = new Counts();
  const billed = recordAt(meta, "billed_units");
  const input = counts.at(billed, "input_tokens");
  return readingOf(unitsOf({ input, inputImage: counts.at(billed, "image_tokens") }), input !== undefined, counts);
};

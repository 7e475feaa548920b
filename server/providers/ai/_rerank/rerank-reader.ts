import { Counts, unitsOf } from "../../_wire/counts.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { readingOf, type UsageReading } from "../../_wire/usage-reading.ts";

/** In what a model that ranks is billed. */
export type RankingUnit = "search" | "input";

/** One document's place and score; undefined where the vendor says neither. */
export const rankedIn = (result: unknown): { readonly index: number; readonly relevanceScore: number } | undefined => {
  if (!isRecord(result)) return undefined;
  const { index, relevance_score: score } = result;
  const isPlace = typeof index === "number" && Number.isInteger(index) && index >= 0;
  return isPlace && typeof score === "number" && Number.isFinite(score) ? { index, relevanceScore: score } : undefined;
};

/** What was billed stands in `meta.billed_units` at Cohere, and in `usage` at those who took its wire over. */
const readUsage = (meta: JsonRecord | undefined, usage: JsonRecord | undefined, unit: RankingUnit): UsageReading => {
  const counts = new Counts();
  const billed = recordAt(meta, "billed_units");
  const count =
    unit === "search"
      ? counts.largest([billed, "search_units"], [usage, "search_units"])
      : counts.largest(
          [billed, "input_tokens"],
          [billed, "total_tokens"],
          [usage, "prompt_tokens"],
          [usage, "total_tokens"],
        );
  return readingOf(unitsOf({ [unit]: count }), count !== undefined, counts);
};

/** Reads answers of the wire; complete once every result has a place and a score. */
export const rerankReader = (unit: RankingUnit): Reader => {
  let meta: JsonRecord | undefined;
  let usage: JsonRecord | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let complete = false;
  return {
    read(document) {
      const results = arrayAt(document, "results");
      complete ||= results.length > 0 && results.every((result) => rankedIn(result) !== undefined);
      meta = recordAt(document, "meta") ?? meta;
      usage = recordAt(document, "usage") ?? usage;
      model ??= wordAt(document, "model");
      id ??= wordAt(document, "id");
    },
    done: () => undefined,
    begun: () => complete,
    reading(vendorRequestId) {
      const { units, whole, notes } = readUsage(meta, usage, unit);
      return {
        units,
        // Once told, the bill stands, whatever becomes of the answer.
        final: whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage: meta ?? usage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes: 0,
        complete,
      };
    },
  };
};

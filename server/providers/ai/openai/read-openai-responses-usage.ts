import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { writtenToCache } from "../../_wire/written-to-cache.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";

/** Usage of the OpenAI responses dialect. Cache writes lie inside the input; without a lifetime they are the short ones. */
export const readOpenAiResponsesUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const details = recordAt(usage, "input_tokens_details");
  const lifetimes = recordAt(details, "cache_write_tokens_details");
  const cacheRead = counts.at(details, "cached_tokens");
  const written = writtenToCache(
    {
      all: counts.at(details, "cache_write_tokens"),
      short: counts.at(lifetimes, "ttl_30m_tokens"),
      long: counts.at(lifetimes, "ttl_12h_tokens"),
    },
    counts,
  );
  const reasoning = counts.at(recordAt(usage, "output_tokens_details"), "reasoning_tokens");
  const { input, output } = remaindersOf(
    {
      input: counts.at(usage, "input_tokens"),
      inputParts: [cacheRead, written.short, written.long],
      output: counts.at(usage, "output_tokens"),
      outputParts: [],
      reasoning,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  const { short: cacheWrite30m, long: cacheWrite12h } = written;
  const units = unitsOf({ input, cacheRead, cacheWrite30m, cacheWrite12h, output, reasoning });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

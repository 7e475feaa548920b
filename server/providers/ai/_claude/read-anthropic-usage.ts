import type { FurtherUnits } from "../../../contracts/vendor-call.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import { writtenToCache } from "../../_wire/written-to-cache.ts";
import { arrayAt, recordAt, stringAt } from "../../_wire/json.ts";
import { readingOf, type UsageReading } from "../../_wire/usage-reading.ts";

/** `input_tokens` excludes what the cache served or took; `output_tokens` includes the thinking. */
const readUsage = (usage: unknown, executor: readonly unknown[], counts: Counts): UsageReading => {
  // The top level leaves compaction out, so that the sum of the iterations is the larger number.
  const told = (key: string): number | undefined => {
    const top = counts.at(usage, key);
    const summed = counts.sum(executor, key);
    return top === undefined || summed === undefined ? (summed ?? top) : Math.max(top, summed);
  };
  const input = told("input_tokens");
  const output = told("output_tokens");
  if (input === undefined || output === undefined) counts.notes.add("incomplete_usage");
  const lifetimes = recordAt(usage, "cache_creation");
  const { short: cacheWrite5m, long: cacheWrite1h } = writtenToCache(
    {
      all: told("cache_creation_input_tokens"),
      short: counts.at(lifetimes, "ephemeral_5m_input_tokens"),
      long: counts.at(lifetimes, "ephemeral_1h_input_tokens"),
    },
    counts,
  );
  const reasoning = counts.at(recordAt(usage, "output_tokens_details"), "thinking_tokens");
  const tooMuch = output !== undefined && reasoning !== undefined && reasoning > output;
  if (tooMuch) counts.notes.add("inconsistent_usage");
  const units = unitsOf({
    input,
    cacheRead: told("cache_read_input_tokens"),
    cacheWrite5m,
    cacheWrite1h,
    output: output === undefined || tooMuch ? output : output - (reasoning ?? 0),
    reasoning,
    search: counts.at(recordAt(usage, "server_tool_use"), "web_search_requests"),
  });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

/**
 * Usage of the Anthropic messages dialect. The executor's iterations are added up, unless a fallback model served the
 * turn: then the top level is already the served answer.
 */
export const readAnthropicUsage = (usage: unknown): UsageReading => {
  const iterations = arrayAt(usage, "iterations");
  const served = iterations.some((one) => stringAt(one, "type") === "fallback_message");
  const executor = served
    ? []
    : iterations.filter((one) => ["compaction", "message"].includes(stringAt(one, "type") ?? ""));
  return readUsage(usage, executor, new Counts());
};

/** Iterations of another model at its own prices, which no total includes. */
export const anthropicFurtherUnits = (usage: unknown): readonly FurtherUnits[] =>
  arrayAt(usage, "iterations")
    .filter((one) => stringAt(one, "type") === "advisor_message")
    .map((one) => ({ responseModel: stringAt(one, "model"), units: readUsage(one, [], new Counts()).units }));

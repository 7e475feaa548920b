import { Counts, total, unitsOf } from "../../_wire/counts.ts";
import { arrayAt, stringAt } from "../../_wire/json.ts";
import { readingOf, type UsageReading } from "../../_wire/usage-reading.ts";
import { writtenToCache } from "../../_wire/written-to-cache.ts";

/**
 * Usage of Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html. Input leaves out
 * what was read from the cache and what was written to it; writes are for five minutes unless their details say otherwise.
 */
export const readBedrockUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const details = arrayAt(usage, "cacheDetails");
  const writtenFor = (ttl: string): number | undefined =>
    total(details.filter((one) => stringAt(one, "ttl") === ttl).map((one) => counts.at(one, "inputTokens")));
  const { short, long } = writtenToCache(
    {
      all: counts.largest([usage, "cacheWriteInputTokens"], [usage, "cacheWriteInputTokenCount"]),
      short: writtenFor("5m"),
      long: writtenFor("1h"),
    },
    counts,
  );
  const input = counts.at(usage, "inputTokens");
  const output = counts.at(usage, "outputTokens");
  if (input === undefined || output === undefined) counts.notes.add("incomplete_usage");
  const units = unitsOf({
    input,
    cacheRead: counts.largest([usage, "cacheReadInputTokens"], [usage, "cacheReadInputTokenCount"]),
    cacheWrite5m: short,
    cacheWrite1h: long,
    output,
  });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

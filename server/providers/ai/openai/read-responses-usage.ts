import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";

/**
 * Usage of OpenAI's responses. What is written to the cache is told as one number, and from GPT-5.6 on split by how long
 * it is kept; what no part of the split explains was written for half an hour, as everything was before.
 */
export const readResponsesUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const given = recordAt(usage, "input_tokens_details");
  const made = recordAt(usage, "output_tokens_details");
  const kept = recordAt(given, "cache_write_tokens_details");
  const cacheRead = counts.at(given, "cached_tokens");
  const written = counts.at(given, "cache_write_tokens");
  const cacheWrite12h = counts.at(kept, "ttl_12h_tokens");
  const told30m = counts.at(kept, "ttl_30m_tokens");
  const rest = written === undefined ? undefined : Math.max(written - (cacheWrite12h ?? 0), told30m ?? 0);
  const cacheWrite30m = rest ?? told30m;
  if (written !== undefined && written < (cacheWrite12h ?? 0) + (told30m ?? 0)) counts.notes.add("inconsistent_usage");
  const inputAudio = counts.at(given, "audio_tokens");
  const outputAudio = counts.at(made, "audio_tokens");
  const outputImage = counts.at(made, "image_tokens");
  const reasoning = counts.at(made, "reasoning_tokens");
  const { input, output } = remaindersOf(
    {
      input: counts.at(usage, "input_tokens"),
      inputParts: [cacheRead, cacheWrite30m, cacheWrite12h, inputAudio],
      output: counts.at(usage, "output_tokens"),
      outputParts: [outputAudio, outputImage],
      reasoning,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  const units = unitsOf({
    input,
    cacheRead,
    cacheWrite30m,
    cacheWrite12h,
    inputAudio,
    output,
    reasoning,
    outputAudio,
    outputImage,
  });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

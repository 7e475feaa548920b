import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";

/** Usage of one response of a session: text, sound and images, each with the part of it that the cache had. */
export const readRealtimeUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const given = recordAt(usage, "input_token_details");
  const made = recordAt(usage, "output_token_details");
  const cached = recordAt(given, "cached_tokens_details");
  const cacheReadAudio = counts.at(cached, "audio_tokens");
  const cacheReadImage = counts.at(cached, "image_tokens");
  const known = (cacheReadAudio ?? 0) + (cacheReadImage ?? 0);
  const cachedText = counts.at(cached, "text_tokens");
  const cachedAll = counts.at(given, "cached_tokens");
  // What no part of the split explains is text.
  const cacheRead =
    cachedText === undefined && cachedAll === undefined
      ? undefined
      : Math.max((cachedAll ?? 0) - known, cachedText ?? 0);
  const without = (all: number | undefined, part: number | undefined): number | undefined =>
    all === undefined ? undefined : Math.max(all - (part ?? 0), 0);
  const inputAudio = without(counts.at(given, "audio_tokens"), cacheReadAudio);
  const inputImage = without(counts.at(given, "image_tokens"), cacheReadImage);
  const outputAudio = counts.at(made, "audio_tokens");
  const reasoning = counts.at(made, "reasoning_tokens");
  const { input, output } = remaindersOf(
    {
      input: counts.at(usage, "input_tokens"),
      inputParts: [cacheRead, cacheReadAudio, cacheReadImage, inputAudio, inputImage],
      output: counts.at(usage, "output_tokens"),
      outputParts: [outputAudio],
      reasoning,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  const units = unitsOf({
    input,
    cacheRead,
    cacheReadAudio,
    cacheReadImage,
    inputAudio,
    inputImage,
    output,
    reasoning,
    outputAudio,
  });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

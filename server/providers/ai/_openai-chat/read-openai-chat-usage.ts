import { Counts, unitsOf } from "../../_wire/counts.ts";
import { recordAt } from "../../_wire/json.ts";
import { readingOf, remaindersOf, type ReasoningPlace, type UsageReading } from "../../_wire/usage-reading.ts";

interface OpenAiChatUsage {
  /** OpenAI counts reasoning inside the completion, xAI beside it; for an unknown server the total decides. */
  readonly reasoningPlace?: ReasoningPlace;
}

/**
 * Usage of the OpenAI chat dialect, in the spellings of those who speak it: Moonshot and Perplexity tell their details
 * beside the totals, DeepSeek splits its prompt into cache hits and misses, proxies keep Anthropic's names.
 */
export const readOpenAiChatUsage = (
  usage: unknown,
  { reasoningPlace = "by total" }: OpenAiChatUsage = {},
): UsageReading => {
  const counts = new Counts();
  const inputDetails =
    recordAt(usage, "prompt_tokens_details") ??
    recordAt(usage, "input_tokens_details") ??
    // Mistral's spelling, beside the usual one.
    recordAt(usage, "prompt_token_details");
  const outputDetails = recordAt(usage, "completion_tokens_details") ?? recordAt(usage, "output_tokens_details");
  const missed = counts.at(usage, "prompt_cache_miss_tokens");
  const cacheRead = counts.largest(
    [inputDetails, "cached_tokens"],
    [usage, "cached_tokens"],
    [usage, "num_cached_tokens"],
    [usage, "prompt_cache_hit_tokens"],
    [usage, "cache_read_input_tokens"],
  );
  const told = counts.largest([usage, "prompt_tokens"], [usage, "input_tokens"]);
  const cacheWrite30m = counts.largest(
    [inputDetails, "cache_write_tokens"],
    [usage, "cache_write_tokens"],
    [usage, "cache_creation_input_tokens"],
  );
  const inputAudio = counts.at(inputDetails, "audio_tokens");
  const outputAudio = counts.at(outputDetails, "audio_tokens");
  const outputImage = counts.at(outputDetails, "image_tokens");
  const reasoning = counts.largest([outputDetails, "reasoning_tokens"], [usage, "reasoning_tokens"]);
  const { input, output } = remaindersOf(
    {
      input: told ?? (missed === undefined ? undefined : missed + (cacheRead ?? 0)),
      inputParts: [cacheRead, cacheWrite30m, inputAudio],
      output: counts.largest([usage, "completion_tokens"], [usage, "output_tokens"]),
      outputParts: [outputAudio, outputImage],
      reasoning,
      reasoningPlace,
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  if (missed !== undefined && input !== undefined && missed > input) counts.notes.add("inconsistent_usage");
  const units = unitsOf({
    input: missed === undefined || input === undefined ? input : Math.max(input, missed),
    cacheRead,
    cacheWrite30m,
    inputAudio,
    output,
    reasoning,
    outputAudio,
    outputImage,
    search: counts.at(recordAt(usage, "server_tool_use"), "web_search_requests"),
  });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

/** Usage of OpenAI embeddings: input alone. */
export const readOpenAiEmbeddingUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const input = counts.largest([usage, "prompt_tokens"], [usage, "input_tokens"], [usage, "total_tokens"]);
  return readingOf(unitsOf({ input }), input !== undefined, counts);
};

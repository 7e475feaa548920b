import type { Units } from "../../contracts/units.ts";
import { countAt, rest, unitsOf, usable } from "./counts.ts";
import { recordAt } from "./json.ts";

interface OpenAiChatUsage {
  /** xAI and its kin count reasoning beside the completion, not inside it. */
  readonly reasoningBeside?: boolean;
}

/** Usage of the OpenAI chat dialect. `prompt_tokens` and `completion_tokens` include their details. */
export const openAiChatUnits = (usage: unknown, { reasoningBeside = false }: OpenAiChatUsage = {}): Units | null =>
  usable(() => {
    const prompt = countAt(usage, "prompt_tokens");
    const completion = countAt(usage, "completion_tokens");
    if (prompt === undefined || completion === undefined) return null;
    const promptDetails = recordAt(usage, "prompt_tokens_details");
    const completionDetails = recordAt(usage, "completion_tokens_details");
    const cacheRead = countAt(promptDetails, "cached_tokens");
    const cacheWrite = countAt(promptDetails, "cache_write_tokens");
    const inputAudio = countAt(promptDetails, "audio_tokens");
    const reasoning = countAt(completionDetails, "reasoning_tokens");
    const outputAudio = countAt(completionDetails, "audio_tokens");
    return unitsOf({
      input: rest(prompt, cacheRead, cacheWrite, inputAudio),
      cacheRead,
      cacheWrite30m: cacheWrite,
      inputAudio,
      output: rest(completion, reasoningBeside ? 0 : reasoning, outputAudio),
      reasoning,
      outputAudio,
    });
  });

/** Usage of OpenAI embeddings: input alone. */
export const openAiEmbeddingUnits = (usage: unknown): Units | null =>
  usable(() => {
    const input = countAt(usage, "prompt_tokens") ?? countAt(usage, "total_tokens");
    return input === undefined ? null : { input };
  });

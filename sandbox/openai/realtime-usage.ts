import type { JsonObject } from "../read-json.ts";
import { objectOf } from "../read-json.ts";
import { usableUnits, type Units } from "../units.ts";
import type { Piece } from "./compose-spoken.ts";
import { noTokens, tokensIn, type Tokens } from "./realtime-items.ts";

/** Prompts from so many tokens on are read from the cache: https://developers.openai.com/api/docs/guides/prompt-caching */
const leastCached = 1_024;

/** What a response reports: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done */
export function realtimeUsage(into: Tokens, before: Tokens, made: Piece | undefined): JsonObject {
  const cached = tokensIn(before) < leastCached ? noTokens : before;
  const [text, audio] = [made?.text ?? 0, made?.audio ?? 0];
  return {
    total_tokens: tokensIn(into) + text + audio,
    input_tokens: tokensIn(into),
    output_tokens: text + audio,
    input_token_details: {
      text_tokens: into.text,
      audio_tokens: into.audio,
      image_tokens: into.image,
      cached_tokens: tokensIn(cached),
      cached_tokens_details: { text_tokens: cached.text, audio_tokens: cached.audio, image_tokens: cached.image },
    },
    output_token_details: { text_tokens: text, audio_tokens: audio },
  };
}

const less = (all: unknown, part: unknown): number => Number(all ?? 0) - Number(part ?? 0);

/** The same as a correct reader takes it: each token in one class. */
export function unitsOfUsage(usage: JsonObject): Units {
  const given = objectOf(usage["input_token_details"]);
  const cached = objectOf(given["cached_tokens_details"]);
  const made = objectOf(usage["output_token_details"]);
  return (
    usableUnits({
      input: less(given["text_tokens"], cached["text_tokens"]),
      cacheRead: cached["text_tokens"],
      cacheReadAudio: cached["audio_tokens"],
      cacheReadImage: cached["image_tokens"],
      inputAudio: less(given["audio_tokens"], cached["audio_tokens"]),
      inputImage: less(given["image_tokens"], cached["image_tokens"]),
      output: made["text_tokens"],
      outputAudio: made["audio_tokens"],
    }) ?? {}
  );
}

/** Tokens a message costs beside its text. */
export const messageTokens = 4;

/** The sandbox's whole rule for text: a token is four UTF-8 bytes, begun ones count. */
export const countTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** The longest beginning of `text` that costs at most `tokens`. */
export function firstTokens(text: string, tokens: number): string {
  if (countTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text).subarray(0, tokens * 4);
  let end = bytes.length;
  // Steps back over a character that the limit has split.
  const next = Buffer.from(text)[end] ?? 0;
  if ((next & 0xc0) === 0x80) {
    while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
    end--;
  }
  return bytes.subarray(0, Math.max(end, 0)).toString();
}

/** Prompts of 1,024 tokens and more: the largest multiple of 128 not above half of it came from the prompt cache. */
export const cachedTokens = (input: number): number => (input < 1_024 ? 0 : Math.floor(input / 2 / 128) * 128);

/** Escapes that JSON knows and PostgreSQL refuses: NUL and halves of surrogate pairs, each not behind a backslash of its own. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * JSON that PostgreSQL stores. What callers and vendors write may hold characters it refuses; one such row would be
 * refused for ever, so they become U+FFFD.
 */
export const storableJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.includes("\\u0000") || text.includes("\\ud") ? text.replace(refused, "$1\ufffd") : text;
};

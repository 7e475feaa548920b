/** Escapes that JSON allows and PostgreSQL refuses: NUL and lone surrogates, unless the backslash is escaped itself. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * JSON that PostgreSQL can store. Text of callers and vendors may contain characters that it refuses; such a row could
 * never be written, so they become U+FFFD.
 */
export const storableJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.includes("\\u0000") || text.includes("\\ud") ? text.replace(refused, "$1\ufffd") : text;
};

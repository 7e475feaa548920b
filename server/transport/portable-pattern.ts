/**
 * A pattern as generators of clients and other languages read it. Classes of characters have no name in most regular expressions,
 * and half a character never comes in UTF-8. Escapes such as `\u2028` are turned into the characters by some generators, of
 * which those that end a line end the literal: `\x…` is left alone, and what has only the other form is refused by the server alone.
 */
export const portablePattern = (pattern: string): string =>
  pattern
    .replaceAll(String.raw`\p{Cc}`, String.raw`\x00-\x1f\x7f-\x9f`)
    .replaceAll(String.raw`\p{Cs}`, "")
    .replaceAll(/\\u00([0-9a-f]{2})/gi, String.raw`\x$1`)
    .replaceAll(/\\u202[89]/g, "");

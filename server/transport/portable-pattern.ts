/**
 * A pattern as other languages read it: classes of characters have no name in most of their regular expressions, and half a
 * character never comes in UTF-8.
 */
export const portablePattern = (pattern: string): string =>
  pattern.replaceAll(String.raw`\p{Cc}`, String.raw`\u0000-\u001f\u007f-\u009f`).replaceAll(String.raw`\p{Cs}`, "");

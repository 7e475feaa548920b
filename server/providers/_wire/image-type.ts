/** How files begin, in base64. */
const beginnings: readonly (readonly [string, string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["UklGR", "image/webp"],
  ["R0lGOD", "image/gif"],
];

/** What an image is by its first bytes; undefined for what is none. */
export const imageTypeOf = (base64: string): string | undefined =>
  beginnings.find(([begin]) => base64.startsWith(begin))?.[1];

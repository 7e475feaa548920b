/** How files begin, in base64. WebP lies in a container that sound comes in, too. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^iVBORw0KGgo/, "image/png"],
  [/^\/9j\//, "image/jpeg"],
  [/^UklGR.{6}XRUJQ/, "image/webp"],
  [/^R0lGOD/, "image/gif"],
];

/** What an image is by its first bytes; undefined for what is none. */
export const imageTypeOf = (base64: string): string | undefined =>
  beginnings.find(([begins]) => begins.test(base64))?.[1];

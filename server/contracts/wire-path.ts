/** What could end a segment, or mean one thing before decoding and another after it. */
const unsafe = /[/\\%?#\p{Cc}\p{Cs}]/u;

const placeholder = /\{([a-z]+)\}/g;

/** Decoded, or undefined for what is no encoding. */
const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/**
 * A declared path (`/models/{model}:generateContent?alt=sse`) with its values in place, each encoded as a piece of one
 * segment, or of one value of the query. Undefined where a value is missing, or where the address that comes out would not be the declared one.
 */
export const fillPath = (template: string, values: Readonly<Record<string, string>>): string | undefined => {
  if (!template.includes("{")) return template;
  const [path = "", query] = template.split("?", 2);
  let sound = true;
  const put = (shape: (value: string) => string, text = path): string =>
    text.replace(placeholder, (_, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined || value === "" || unsafe.test(value)) sound = false;
      return sound && value !== undefined ? shape(value) : "";
    });
  const filled = put(encodeURIComponent);
  const plain = put((value) => value);
  const asked = query === undefined ? "" : `?${put(encodeURIComponent, query)}`;
  if (!sound || !filled.startsWith("/")) return undefined;
  // A parser that takes dots or blanks out would send the request elsewhere.
  const normalised = URL.parse(`http://host${filled}`)?.pathname;
  if (normalised !== filled || decoded(normalised) !== plain) return undefined;
  return filled + asked;
};

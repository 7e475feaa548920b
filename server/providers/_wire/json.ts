const byteOrderMark = 0xfeff;

/** A JSON object whose fields are not known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at a key, or undefined. */
export const recordAt = (value: unknown, key: string): JsonRecord | undefined => {
  const found = isRecord(value) ? value[key] : undefined;
  return isRecord(found) ? found : undefined;
};

/** The array at a key; empty when there is none. */
export const arrayAt = (value: unknown, key: string): readonly unknown[] => {
  const found = isRecord(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
};

/** The string at a key, or undefined. */
export const stringAt = (value: unknown, key: string): string | undefined => {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === "string" ? found : undefined;
};

/** Parsed JSON, or undefined for what is not JSON. A byte order mark before it is no part of it. */
export const parseJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
    return value;
  } catch {
    return undefined;
  }
};

/**
 * A name, id or reason at a key: text of at most 256 characters without control characters. An empty one says nothing,
 * so it is none.
 */
export const wordAt = (value: unknown, key: string): string | undefined => {
  const word = stringAt(value, key)?.trim();
  return word === undefined || word === "" || word.length > 256 || /\p{C}/u.test(word) ? undefined : word;
};

/** PostgreSQL array literal of values that need no quotes: numbers, UUIDs, hex, base64. */
export const plainArray = (values: readonly (string | number | bigint | undefined)[]): string =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;

const plain = /^[A-Za-z0-9_.:@/-]+$/;

/** NUL, which PostgreSQL refuses, becomes U+FFFD. */
const quoted = (value: string): string =>
  plain.test(value) && value.toUpperCase() !== "NULL"
    ? value
    : `"${value.replaceAll(/["\\]/g, "\\$&").replaceAll("\0", "\ufffd")}"`;

/** PostgreSQL array literal of any texts. */
export const textArray = (values: readonly (string | undefined)[]): string =>
  `{${values.map((value) => (value === undefined ? "NULL" : quoted(value))).join(",")}}`;

/** JSON texts joined by a separator that JSON escapes wherever it is part of a value. */
export const separated = (texts: readonly string[]): string => texts.join("\x1e");

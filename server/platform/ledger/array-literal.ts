/** PostgreSQL array literal of values that need no quotes: numbers, UUIDs, hex, base64. */
export const plainArray = (values: readonly (string | number | bigint | undefined)[]): string =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;

const plain = /^[A-Za-z0-9_.:@/-]+$/;

/** PostgreSQL array literal of any texts. */
export const textArray = (values: readonly string[]): string =>
  `{${values.map((value) => (plain.test(value) && value.toUpperCase() !== "NULL" ? value : `"${value.replaceAll(/["\\]/g, "\\$&")}"`)).join(",")}}`;

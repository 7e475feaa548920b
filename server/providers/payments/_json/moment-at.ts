import { wordAt } from "../../_wire/json.ts";

/** A moment that a vendor writes as text, in ISO 8601; null where it writes none. */
export const momentAt = (value: unknown, key: string): string | null => {
  const ms = Date.parse(wordAt(value, key) ?? "");
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
};

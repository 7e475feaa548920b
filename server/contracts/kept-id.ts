/** In front of the id of something kept. */
export type KeptPrefix = "resp" | "int" | "conv";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id in a row of what a caller names by an id with this word in front; undefined for what is none of ours. */
export const rowIdOf = (prefix: KeptPrefix, id: string): string | undefined => {
  const row = id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : "";
  return uuid.test(row) ? row : undefined;
};

/** How callers name a row. */
export const keptId = (prefix: KeptPrefix, rowId: string): string => `${prefix}_${rowId}`;

import { asRecord } from "../dialect/as-record.ts";

/** An event of a session, of either side. */
export type RealtimeEvent = Readonly<Record<string, unknown>>;

/** A JSON object; an empty one in place of anything else. */
export const jsonObjectOf = (value: unknown): RealtimeEvent =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? asRecord(value) : {};

/** The JSON object that a text is; undefined for anything else. */
export const eventIn = (text: string | undefined): RealtimeEvent | undefined => {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? asRecord(value) : undefined;
  } catch {
    return undefined;
  }
};

/** The id of what an event is about. */
export const idIn = (value: unknown): string | undefined => {
  const { id } = jsonObjectOf(value);
  return typeof id === "string" ? id.slice(0, 128) : undefined;
};

import { parseSseEvent } from "../../contracts/sse-event.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The document of an event; undefined where it has none. */
export const eventDocument = (bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  const { data } = parseSseEvent(Buffer.from(bytes), true);
  if (data === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(data);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

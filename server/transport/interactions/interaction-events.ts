import { parseSseEvent } from "../../contracts/sse-event.ts";
import type { WireObject } from "../../domain/responses/index.ts";

/** One event as the dialect frames it; its type stands behind what it says, as Google writes it. */
export const interactionEvent = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ ...members, event_type: type })}\n\n`;

/** Ends every stream. */
export const doneEvent = "event: done\ndata: [DONE]\n\n";

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The document of an event; undefined where it has none. */
export const interactionDocument = (bytes: Uint8Array): WireObject | undefined => {
  const { data } = parseSseEvent(Buffer.from(bytes), true);
  if (data === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(data);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** The interaction that an event carries. */
export const interactionIn = (document: WireObject | undefined): WireObject | undefined => {
  const interaction = document?.["interaction"];
  return isRecord(interaction) ? interaction : undefined;
};

const endingMark = "event: interaction.completed\n";

/** By the event's name alone, which Google's events have in front: deltas are not parsed. */
export const endsInteraction = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 40))
    .toString("latin1")
    .replaceAll("\r", "")
    .startsWith(endingMark);

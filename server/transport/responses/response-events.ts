import { eventDocument } from "../dialect/event-document.ts";

/** One event as the dialect frames it. */
export const responseEvent = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;

const named = /^event: ?response\.(created|queued|in_progress|completed|incomplete|failed)[\r\n]/;

/** What an event that carries the whole response says of it; undefined for every other event. */
export type Lifecycle = "created" | "queued" | "in_progress" | "completed" | "incomplete" | "failed";

/** By the event's name alone, which every event of this dialect has in front: deltas are not parsed. */
export const lifecycleOf = (bytes: Uint8Array): Lifecycle | undefined => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 48)).toString("latin1");
  return isLifecycle(named.exec(head)?.[1]);
};

const lifecycles: readonly Lifecycle[] = ["created", "queued", "in_progress", "completed", "incomplete", "failed"];
const isLifecycle = (word: string | undefined): Lifecycle | undefined => lifecycles.find((one) => one === word);

/** Whether an event is the last of its stream. */
export const isEndingEvent = (bytes: Uint8Array): boolean => {
  const said = lifecycleOf(bytes);
  return said === "completed" || said === "incomplete" || said === "failed";
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The response that an event carries. */
export const responseIn = (bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  const response = eventDocument(bytes)?.["response"];
  return isRecord(response) ? response : undefined;
};

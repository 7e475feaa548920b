import { arrayAt, isRecord } from "../../_wire/json.ts";

type Body = Readonly<Record<string, unknown>>;

/** Asks for usage in the last chunk of a stream. */
export const withUsage = (body: Body): Body => ({
  ...body,
  stream: true,
  stream_options: { ...(isRecord(body.stream_options) ? body.stream_options : {}), include_usage: true },
});

/** The chunk that carries usage and no choice. */
export const isUsageChunk = (document: unknown): boolean =>
  isRecord(document) &&
  isRecord(document.usage) &&
  Array.isArray(document.choices) &&
  arrayAt(document, "choices").length === 0;

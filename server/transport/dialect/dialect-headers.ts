import { asHeader, replyHeadersOf, type ReplyNotes } from "../reply-headers.ts";

/** Headers of an answer in a vendor's dialect: what the call says about itself, and which settings were not carried out. */
export const dialectHeaders = (
  notes: ReplyNotes,
  requestId: string,
  contentType: string,
  warnings: Iterable<string>,
): Record<string, string> => {
  const headers = replyHeadersOf(notes, requestId);
  headers["content-type"] = contentType;
  const told = [...warnings].slice(0, 20).join("; ").slice(0, 1_000);
  if (told !== "") headers["x-nexus-warnings"] = asHeader(told);
  return headers;
};

/** Headers of a stream in a vendor's dialect; its cost comes with its end. */
export const dialectStreamHeaders = (
  notes: ReplyNotes,
  requestId: string,
  warnings: Iterable<string>,
): Record<string, string> => {
  const headers = dialectHeaders(notes, requestId, "text/event-stream; charset=utf-8", warnings);
  headers["x-accel-buffering"] = "no";
  return headers;
};

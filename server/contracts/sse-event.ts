/** What one event of a stream says. */
export interface SseEvent {
  /** The `data` lines joined; undefined for comments and other frames without data. */
  readonly data: string | undefined;
  /** The `event` line; undefined where there is none. */
  readonly event: string | undefined;
}

const lineEnd = /\r\n|\r|\n/;
const byteOrderMark = 0xfeff;

const valueOf = (line: string, field: string): string | undefined => {
  if (!line.startsWith(field)) return undefined;
  if (line.length === field.length) return "";
  if (line.charAt(field.length) !== ":") return undefined;
  return line.slice(field.length + (line.charAt(field.length + 1) === " " ? 2 : 1));
};

/** Reads one whole event: fields in any order, with or without a blank after the colon. */
export const parseSseEvent = (raw: Buffer, first: boolean): SseEvent => {
  const text = raw.toString("utf8");
  let data: string | undefined;
  let event: string | undefined;
  for (const line of (first && text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text).split(lineEnd)) {
    const value = valueOf(line, "data");
    if (value !== undefined) data = data === undefined ? value : `${data}\n${value}`;
    else event = valueOf(line, "event") ?? event;
  }
  return { data, event };
};

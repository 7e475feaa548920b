import { doneData } from "./done-data.ts";
import { isRecord, parseJson, type JsonRecord } from "./json.ts";
import type { Reader } from "./reader.ts";
import { SseFramer } from "./sse-framer.ts";

/** Longer than any vendor's usage, and more often than any answer reports it. */
const maxUsageLength = 16_384;
const maxUsages = 16;

/** In JSON text, generated words cannot look so: their quotation marks are escaped. */
const usageMember = (name: string): RegExp => new RegExp(`"${name}"\\s*:\\s*(?=\\{)`, "g");

/** The object that begins here, where it is whole. */
const objectAt = (text: string, from: number): JsonRecord | undefined => {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < Math.min(text.length, from + maxUsageLength); at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === "{") depth += 1;
    else if (!quoted && char === "}" && (depth -= 1) === 0) {
      const found = parseJson(text.slice(from, at + 1));
      return isRecord(found) ? found : undefined;
    }
  }
  return undefined;
};

const countMembers = (reader: Reader, text: string, name: string): void => {
  for (const { 0: member, index } of [...text.matchAll(usageMember(name))].slice(-maxUsages)) {
    const usage = objectAt(text, index + member.length);
    if (usage === undefined) continue;
    reader.read({ [name]: usage });
    // In what should have been one document, usage is reported once.
    reader.done();
  }
};

const countEvents = (reader: Reader, bytes: Buffer): void => {
  const framer = new SseFramer(bytes.length + 1);
  for (const { data } of [...framer.push(bytes), framer.rest() ?? { data: undefined }]) {
    if (data?.trim() === doneData) reader.done();
    else if (data !== undefined) reader.read(parseJson(data));
  }
};

/**
 * Usage in a whole answer that cannot be given back: a list, a stream that nobody asked for, a document that is cut or
 * followed by something. What it reports is billed all the same.
 */
export const countUnreadable = (reader: Reader, bytes: Buffer, usageName = "usage"): void => {
  const text = bytes.toString("utf8");
  const parsed = parseJson(text);
  if (parsed !== undefined) {
    if (Array.isArray(parsed)) for (const one of parsed) reader.read(one);
    return;
  }
  countEvents(reader, bytes);
  if (reader.reading(undefined).rawUsage === undefined) countMembers(reader, text, usageName);
};

import { NexusError } from "../errors.ts";
import type { DoorRequest } from "./door-request.ts";
import { requireFitText } from "./require-fit-text.ts";

const maxDepth = 32;
/** Objects with a million keys, or a million empty lists, take seconds to build and to refuse, which blocks all other requests. */
const maxMembers = 100_000;

/** Where a string that begins at `from` ends: at the next quote behind an even number of backslashes. */
const stringEnd = (text: string, from: number): number => {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
};

/** What of the text's shape is too much, seen from outside its strings: parsing first would spend stack and time before anything could be refused. */
const excessOf = (text: string): string | undefined => {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Prompts are long strings: skipping them is what makes this check cheap.
    if (code === 34) at = stringEnd(text, at + 1);
    else if (code === 123 || code === 91) {
      depth += 1;
      members += 1;
      if (depth > maxDepth) return `at most ${maxDepth} levels of nesting`;
    } else if (code === 125 || code === 93) depth -= 1;
    else if (code === 58) members += 1;
  }
  return members > maxMembers ? `at most ${maxMembers} objects, lists and members of objects` : undefined;
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A JSON body with its size on the wire, which bounds how much text it can hold. */
export interface JsonBody {
  readonly value: unknown;
  readonly byteLength: number;
}

/** The body as JSON: of the right type, uncompressed, valid UTF-8, bounded in size and depth. */
export const readJson = async (request: DoorRequest, maxBytes: number): Promise<unknown> =>
  (await readSizedJson(request, maxBytes)).value;

/** Refuses JSON text that is nested too deeply, or has too many members, to be parsed safely. */
export const requireShallow = (text: string): void => {
  const expected = excessOf(text);
  if (expected !== undefined) throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected }] });
};

/** The body as JSON text within the same bounds, for doors that leave the parsing to a library. */
export const readJsonText = async (request: DoorRequest, maxBytes: number): Promise<string> =>
  (await readSizedText(request, maxBytes)).text;

const readSizedText = async (
  request: DoorRequest,
  maxBytes: number,
): Promise<{ readonly text: string; readonly byteLength: number }> => {
  const type = request.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new NexusError("UNSUPPORTED_MEDIA_TYPE");
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") throw new NexusError("UNSUPPORTED_MEDIA_TYPE");
  const bytes = await request.body(maxBytes);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "valid UTF-8" }] });
  }
  requireShallow(text);
  return { text, byteLength: bytes.byteLength };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "valid JSON" }] });
  }
};

/** `readJson`, for doors that reserve by size. */
export const readSizedJson = async (request: DoorRequest, maxBytes: number): Promise<JsonBody> => {
  const { text, byteLength } = await readSizedText(request, maxBytes);
  const value = parseJson(text);
  // In valid UTF-8 and JSON only an escape can stand for what is in no prompt; procedures look closer where more is forbidden.
  if (text.includes("\\u")) requireFitText(value, "prompt");
  return { value, byteLength };
};

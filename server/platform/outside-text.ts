/**
 * What text from outside may contain. NUL and halves of characters are nowhere: PostgreSQL stores neither, and vendors
 * refuse them or read them each in a way of its own. A `line` (path, query, header, form) has no control character at
 * all; a `text` (JSON) may be laid out with tabs and line breaks; a `prompt` may hold the others too, since what terminals
 * and files say is what people ask models about, and every vendor takes it.
 */
export type TextKind = "line" | "text" | "prompt";

/** The first thing wrong: where, and what belongs there. */
export interface TextIssue {
  readonly field: string;
  readonly expected: string;
}

const forbidden: Readonly<Record<TextKind, { readonly form: RegExp; readonly expected: string }>> = {
  line: { form: /\p{Cc}/u, expected: "text of whole characters, without control characters" },
  text: {
    form: /[^\P{Cc}\t\n\r]/u,
    expected: "text of whole characters, without control characters other than tabs and line breaks",
  },
  prompt: { form: /\0/, expected: "text of whole characters, without NUL" },
};

const maxDepth = 32;
const maxFieldLength = 200;

const isFit = (text: string, kind: TextKind): boolean => text.isWellFormed() && !forbidden[kind].form.test(text);

/** A name as it can be shown to whoever sent it. */
const shown = (name: string): string => name.toWellFormed().replaceAll(/\p{Cc}/gu, "\ufffd");

const fieldOf = (path: readonly string[]): string => path.join(".").slice(0, maxFieldLength).toWellFormed();

/** Looks for the first unfit name or text; the path is written down only once it is found, from its end. */
const search = (value: unknown, kind: TextKind, depth: number): { path: string[]; expected: string } | undefined => {
  if (typeof value === "string")
    return isFit(value, kind) ? undefined : { path: [], expected: forbidden[kind].expected };
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= maxDepth) return { path: [], expected: `at most ${maxDepth} levels of nesting` };
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const found = search(value[at], kind, depth + 1);
      if (found) return { ...found, path: [String(at), ...found.path] };
    }
    return undefined;
  }
  for (const [name, member] of Object.entries(value)) {
    if (!isFit(name, kind)) return { path: [shown(name)], expected: `a name that is ${forbidden[kind].expected}` };
    const found = search(member, kind, depth + 1);
    if (found) return { ...found, path: [name, ...found.path] };
  }
  return undefined;
};

/** The first text or name in a JSON value, at any depth, that may not be there. */
export const unfitText = (value: unknown, kind: TextKind, name = ""): TextIssue | undefined => {
  const found = search(value, kind, 0);
  return found && { field: fieldOf(name === "" ? found.path : [name, ...found.path]), expected: found.expected };
};

const strayPercent = /%(?![0-9a-f]{2})/gi;

/** Form-encoded text as written; undefined where its bytes are no UTF-8. A percent sign that encodes nothing is one. */
const decodeForm = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " ").replaceAll(strayPercent, "%25"));
  } catch {
    return undefined;
  }
};

// Without escapes and beyond ASCII's letters and signs there is nothing to decode, which is how nearly all of it is.
const plainForm = /^[!-$&-~ ]*$/;

/** The first name or value in a query or a form that may not be there. */
export const unfitForm = (form: string): TextIssue | undefined => {
  if (plainForm.test(form)) return undefined;
  for (const pair of form.split("&")) {
    const cut = pair.indexOf("=");
    const name = decodeForm(cut === -1 ? pair : pair.slice(0, cut));
    if (name === undefined || !isFit(name, "line"))
      return { field: fieldOf([shown(name ?? "")]), expected: `a name that is ${forbidden.line.expected}` };
    const value = cut === -1 ? "" : decodeForm(pair.slice(cut + 1));
    if (value === undefined || !isFit(value, "line"))
      return { field: fieldOf([name]), expected: forbidden.line.expected };
  }
  return undefined;
};

/** One segment of a path, decoded; what is wrong with it otherwise. */
export const readSegment = (segment: string, name: string): string | TextIssue => {
  try {
    const text = decodeURIComponent(segment);
    return unfitText(text, "line", name) ?? text;
  } catch {
    return { field: name, expected: "valid URL encoding of UTF-8" };
  }
};

/** A header's value: bytes, of which those beyond ASCII are some client's UTF-8. */
export const isFitHeader = (value: string): boolean => {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if ((code < 32 && code !== 9) || code === 127) return false;
  }
  return true;
};

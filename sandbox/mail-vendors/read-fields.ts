import type { StoredAttachment } from "../mail/message-store.ts";
import { isObject, type JsonObject } from "../read-json.ts";

/** What is wrong with a request: the field, and what is expected of it. */
export class InvalidMail extends Error {
  readonly field: string;
  /** The vendor's own word for it, where a rule has one. */
  readonly kind: string | undefined;

  constructor(field: string, expected: string, kind?: string) {
    super(`${field}: ${expected}`);
    this.field = field;
    this.kind = kind;
  }
}

/** The object, with no other fields than these. */
export const objectWith = (value: unknown, field: string, fields: ReadonlySet<string>): JsonObject => {
  if (!isObject(value)) throw new InvalidMail(field, "an object");
  const foreign = Object.keys(value).find((name) => !fields.has(name));
  if (foreign !== undefined) throw new InvalidMail(foreign, "no such field");
  return value;
};

export const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

export const textIn = (value: unknown, field: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new InvalidMail(field, "a string");
  return value;
};

export const requiredText = (value: unknown, field: string, kind?: string): string => {
  const text = textIn(value, field);
  if (text === undefined || text === "") throw new InvalidMail(field, "required", kind);
  return text;
};

export const listField = (value: unknown, field: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidMail(field, "an array");
  return value;
};

const plain = /^[^\s<>@,;"()]+@[^\s<>@,;"()]+\.[^\s<>@,;"()]+$/;

/** An address alone. */
export const addressOf = (value: unknown, field: string): string => {
  if (typeof value === "string" && plain.test(value)) return value;
  throw new InvalidMail(field, "an e-mail address");
};

/** `local@domain`, or `Name <local@domain>` with the name in quotes where it needs them; in one line. */
export const writtenAddressOf = (value: unknown, field: string): string => {
  if (typeof value !== "string" || /[\r\n\0]/.test(value))
    throw new InvalidMail(field, "an e-mail address in one line");
  const [, phrase, address] = /^(?:("(?:[^"\\]|\\.)*"|[^",<>]*?)\s*)?<([^<>]+)>$/.exec(value.trim()) ?? [];
  return addressOf(phrase === undefined && address === undefined ? value.trim() : address, field);
};

/** A list of written addresses, separated by commas that stand in no quotes. */
export const writtenListOf = (value: unknown, field: string): readonly string[] => {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value !== "string") throw new InvalidMail(field, "a string");
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return parts.map((part) => writtenAddressOf(part, field));
};

/** Header names and values that can be written, and none of those that the vendor writes itself. */
export const checkedHeadersOf = (
  pairs: readonly (readonly [string, unknown])[],
  field: string,
  refuses: (name: string) => boolean = () => false,
): Record<string, string> =>
  Object.fromEntries(
    pairs.map(([name, value]) => {
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw new InvalidMail(field, `a header's name, not ${name}`);
      if (typeof value !== "string" || value === "" || /[\r\n\0]/.test(value))
        throw new InvalidMail(`${field}.${name}`, "a value in one line");
      if (refuses(name)) throw new InvalidMail(`${field}.${name}`, "a header that may be set");
      return [name, value];
    }),
  );

/** A file, its content in base64. */
export const attachmentOf = (filename: string, type: string, content: unknown, field: string): StoredAttachment => {
  if (typeof content !== "string" || content === "") throw new InvalidMail(field, "content in base64");
  const bytes = Buffer.from(content, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== content.replace(/=+$/, ""))
    throw new InvalidMail(field, "content in base64");
  return { filename, type, bytes: bytes.length };
};

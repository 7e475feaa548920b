import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "./secret.ts";

/** A newly made token; the raw text is shown once. */
export interface NewToken {
  /** The public half, by which the row is found. */
  readonly id: string;
  readonly raw: Secret;
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const secretLength = 43;

/** Bytes that would favour some characters are thrown away. */
const randomText = (length: number): string => {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += alphabet[byte % 62];
  }
  return text;
};

const checksum = (text: string): string => crc32(text).toString(36).padStart(7, "0");

/** `<prefix>_<id>_<secret>`: 256 random bits, then a checksum by which typing errors and scanners tell it apart. Given an id, a new secret for it. */
export const newToken = (prefix: string, id = randomBytes(12).toString("hex")): NewToken => {
  const body = `${prefix}_${id}_${randomText(secretLength)}`;
  return { id, raw: new Secret(body + checksum(body)) };
};

/** The id of a well-formed token, or undefined. Says nothing about whether it is genuine. */
export const tokenId = (prefix: string, raw: string): string | undefined => {
  if (raw.length > 200) return undefined;
  const match = /^([a-z]{2,8})_([0-9a-f]{24})_[0-9A-Za-z]{50}$/.exec(raw);
  if (match?.[1] !== prefix || checksum(raw.slice(0, -7)) !== raw.slice(-7)) return undefined;
  return match[2];
};

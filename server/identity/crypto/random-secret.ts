import { randomBytes, randomInt } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** 256 random bits in base64url. */
export const randomSecret = (): string => randomBytes(32).toString("base64url");

/** Random base62 text; 43 characters hold 256 bits. */
export const randomBase62 = (length: number): string => Array.from({ length }, () => alphabet[randomInt(62)]).join("");

/** A number in base62, padded to a length. */
export const toBase62 = (value: number, length: number): string => {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = (alphabet[rest % 62] ?? "") + text;
  return text;
};

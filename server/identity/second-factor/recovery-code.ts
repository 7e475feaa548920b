import { randomInt } from "node:crypto";
import { sha256 } from "../crypto/digest.ts";

// Without characters that are mistaken for one another; 28 of them hold 138 bits.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const length = 28;

const group = (code: string): string => code.match(/.{4}/g)?.join("-") ?? code;

/** A code to be kept on paper, in groups of four. */
export const newRecoveryCode = (): string =>
  group(Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join(""));

/** The digest it is stored under, however it is spaced or cased. */
export const recoveryCodeHash = (code: string): Buffer => sha256(code.toLowerCase().replaceAll(/[\s-]/g, ""));

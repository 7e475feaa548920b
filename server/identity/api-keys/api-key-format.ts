import { crc32 } from "node:zlib";
import { randomBase62, toBase62 } from "../crypto/random-secret.ts";

// tpk_{live|test}_<id>_<secret><checksum>: 256 bits of secret and six characters by which secret scanners know a real one.
const form = /^tpk_(live|test)_([0-9a-f]{32})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

export interface ParsedApiKey {
  /** `key_…` */
  readonly id: string;
  readonly environment: "live" | "test";
}

const checksum = (text: string): string => toBase62(crc32(text), 6);

/** A new key for the row of this id. */
export const formatApiKey = (id: string, environment: "live" | "test"): string => {
  const body = `tpk_${environment}_${id.slice("key_".length)}_${randomBase62(43)}`;
  return body + checksum(body);
};

/** The row a key belongs to; undefined where the form or the checksum is wrong. */
export const parseApiKey = (key: string): ParsedApiKey | undefined => {
  const match = form.exec(key);
  if (!match || checksum(key.slice(0, -6)) !== match[4]) return undefined;
  return { id: `key_${match[2]}`, environment: match[1] === "test" ? "test" : "live" };
};

import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256: how random secrets of 128 bits or more are stored and compared. */
export const sha256 = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/** Compares two digests in constant time. */
export const equalDigests = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && timingSafeEqual(one, other);

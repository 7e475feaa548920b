import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";
import { ConfigurationError } from "../env.ts";

/** The key under which tokens are hashed; without it a copy of the database reveals nothing about them. */
export type Pepper = KeyObject;

/** Reads `NEXUS_TOKEN_PEPPER`: base64 of 32 bytes. */
export const openPepper = (base64: string): Pepper => {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== 32) throw new ConfigurationError(["NEXUS_TOKEN_PEPPER: expected base64 of 32 bytes"]);
  return createSecretKey(bytes);
};

/** What is stored of a token, and compared. */
export const digestToken = (pepper: Pepper, token: string): Buffer =>
  createHmac("sha256", pepper).update(token).digest();

/** Compares in constant time. */
export const sameDigest = (left: Buffer, right: Buffer): boolean =>
  left.length === right.length && timingSafeEqual(left, right);

/** What a vendor is given to recognize a request by: the same for the same parts, and nobody else can make or guess it. */
export const providerKeyOf = (pepper: Pepper, parts: readonly string[]): string =>
  createHmac("sha256", pepper)
    .update(JSON.stringify(["provider key", ...parts]))
    .digest("base64url");

/** Eight characters by which people recognise a stored secret; they tell nothing about it. */
export const keyedDigest = (pepper: Pepper, parts: readonly string[]): string =>
  createHmac("sha256", pepper)
    .update(JSON.stringify(["fingerprint", ...parts]))
    .digest("hex")
    .slice(0, 8);

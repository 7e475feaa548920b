import { createHmac, hash, timingSafeEqual } from "node:crypto";

const key = "the sandbox signs what it thought";
const nonceBytes = 12;

const macOf = (nonce: Buffer, scope: string, content: string): Buffer =>
  createHmac("sha256", key).update(nonce).update(`${scope}\0${content}`).digest();

/** An opaque signature over some content within a scope: the same for the same seed, and verifiable without a memory. */
export function seal(scope: string, content: string, seed: string): string {
  const nonce = Buffer.from(hash("sha256", seed), "hex").subarray(0, nonceBytes);
  return Buffer.concat([nonce, macOf(nonce, scope, content)]).toString("base64");
}

/** Whether `seal` made this text for this scope and content. */
export function isSealed(sealed: string, scope: string, content: string): boolean {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.toString("base64") !== sealed || bytes.length !== nonceBytes + 32) return false;
  return timingSafeEqual(macOf(bytes.subarray(0, nonceBytes), scope, content), bytes.subarray(nonceBytes));
}

/** A short mark on an id that says it is one of ours. */
export const markOf = (id: string): string => createHmac("sha256", key).update(id).digest("hex").slice(0, 8);

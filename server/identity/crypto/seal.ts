import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** Encrypts what must be readable again: private keys, and a cookie's successor for ten seconds. */
export interface Sealer {
  /** AES-256-GCM with a fresh nonce; `boundTo` must be named again to open. */
  readonly seal: (plaintext: string, boundTo: string) => string;
  /** Throws where the key, the text or what it is bound to differ. */
  readonly open: (sealed: string, boundTo: string) => string;
  /** With what everything begins that is sealed under the key that seals now. */
  readonly prefix: string;
  /** Whether it is sealed under that key. */
  readonly isCurrent: (sealed: string) => boolean;
}

/** The text is whole; the key that opens it is not one of ours. */
export class SealedUnderAnotherKey extends Error {
  constructor() {
    super("sealed under another encryption key of Auth");
    this.name = "SealedUnderAnotherKey";
  }
}

const keyIdOf = (key: Uint8Array): string =>
  createHash("sha256").update("topolo-auth key id").update(key).digest("hex").slice(0, 8);

/** Seals under the first key and opens under any, so that a key can be replaced. Keys are 32 bytes. */
export const createSealer = (keys: readonly Uint8Array[]): Sealer => {
  const byId = new Map(keys.map((key) => [keyIdOf(key), key]));
  const current = keys[0];
  if (current === undefined || keys.some((key) => key.byteLength !== 32))
    throw new RangeError("The encryption key of Auth must have 32 bytes");
  const currentId = keyIdOf(current);
  const prefix = `v1.${currentId}.`;
  return {
    seal: (plaintext, boundTo) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", current, nonce).setAAD(Buffer.from(boundTo, "utf8"));
      const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${prefix}${nonce.toString("base64url")}.${body.toString("base64url")}`;
    },
    prefix,
    isCurrent: (sealed) => sealed.startsWith(prefix),
    open: (sealed, boundTo) => {
      const [version, keyId, nonce, body] = sealed.split(".");
      const key = byId.get(keyId ?? "");
      if (version !== "v1" || key === undefined || nonce === undefined || body === undefined) {
        throw new SealedUnderAnotherKey();
      }
      const bytes = Buffer.from(body, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), { authTagLength: 16 })
        .setAAD(Buffer.from(boundTo, "utf8"))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
    },
  };
};

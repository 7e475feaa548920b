import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { NexusError } from "../../errors.ts";
import { Secret } from "./secret.ts";

/** A secret at rest: the text under a data key of its own, the data key under a key-encryption key. */
export interface Sealed {
  readonly format: number;
  /** Names the key-encryption key. */
  readonly keyId: string;
  /** salt · nonce · encrypted data key · tag */
  readonly wrappedKey: Buffer;
  /** nonce · encrypted text · tag */
  readonly ciphertext: Buffer;
}

/** What a sealed text belongs to; opened with other facts than it was sealed with, it does not open. */
export type AssociatedData = readonly string[];

/** A key-encryption key; the id tells keys apart even where an operator gave two the same name. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys as they are now; asked at every use, so that they may be exchanged while secrets are in use. */
export interface KeyHolder {
  /** Seals; undefined where no key is configured. */
  readonly current: () => EncryptionKey | undefined;
  readonly find: (keyId: string) => EncryptionKey | undefined;
}

/** Seals and opens secrets. Throws SEALED where the key-encryption key is missing or is another one. */
export interface SecretBox {
  /** Undefined: no key is configured, and nothing can be sealed or opened. */
  readonly currentKeyId: string | undefined;
  /** A key of that id is at hand. */
  readonly knows: (keyId: string) => boolean;
  readonly seal: (plaintext: string, aad: AssociatedData) => Sealed;
  readonly open: (sealed: Sealed, aad: AssociatedData) => Secret;
  /** For contents that are not a credential, such as stored answers. */
  readonly sealBytes: (plaintext: Uint8Array, aad: AssociatedData) => Sealed;
  readonly openBytes: (sealed: Sealed, aad: AssociatedData) => Buffer;
  /** The same text under the current key; the ciphertext stays as it is. */
  readonly rewrap: (sealed: Sealed, aad: AssociatedData) => Sealed;
}

const algorithm = "aes-256-gcm";
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
const dataKeyBytes = 32;
const saltBytes = 32;

// Keys come as key objects: from a plain buffer Node makes a cipher six times slower.
const encrypt = (key: KeyObject, plaintext: Uint8Array, aad: Buffer): Buffer => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: KeyObject, box: Buffer, aad: Buffer): Buffer => {
  const end = box.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(aad);
  decipher.setAuthTag(box.subarray(end));
  const head = decipher.update(box.subarray(nonceBytes, end));
  const tail = decipher.final();
  return tail.length === 0 ? head : Buffer.concat([head, tail]);
};

/** JSON keeps the boundaries between the parts, which plain joining would lose. */
const bound = (purpose: "key" | "text", keyId: string, aad: AssociatedData): Buffer =>
  Buffer.from(JSON.stringify(purpose === "key" ? [format, purpose, keyId, ...aad] : [format, purpose, ...aad]));

/** A wrapping key of its own for every salt (one block of an HMAC key derivation). */
const wrappingKey = (key: KeyObject, salt: Buffer): KeyObject =>
  createSecretKey(createHmac("sha256", key).update("nexus wrapping key").update(salt).digest());

/**
 * The first key seals, all of them open. A random 96-bit nonce is safe for some 2^32 uses of one key; here no AES key
 * is used twice: each text has a data key of its own, and each data key is wrapped under a key derived from the
 * key-encryption key with a random salt. Hence no counter of encryptions.
 */
export const createSecretBox = (keys: KeyHolder): SecretBox => {
  const unwrap = (sealed: Sealed, aad: AssociatedData): Buffer => {
    const key = keys.find(sealed.keyId)?.key;
    if (key === undefined) throw new NexusError("SEALED", { cause: new Error(`no encryption key ${sealed.keyId}`) });
    if (sealed.format !== format)
      throw new NexusError("SEALED", { cause: new Error(`unknown format ${sealed.format}`) });
    const salt = sealed.wrappedKey.subarray(0, saltBytes);
    return decrypt(wrappingKey(key, salt), sealed.wrappedKey.subarray(saltBytes), bound("key", sealed.keyId, aad));
  };
  const wrap = (dataKey: Buffer, aad: AssociatedData): Pick<Sealed, "keyId" | "wrappedKey"> => {
    const current = keys.current();
    if (current === undefined) throw new NexusError("SEALED", { cause: new Error("no encryption key configured") });
    const salt = randomBytes(saltBytes);
    const wrapped = encrypt(wrappingKey(current.key, salt), dataKey, bound("key", current.id, aad));
    return { keyId: current.id, wrappedKey: Buffer.concat([salt, wrapped]) };
  };
  /** Authentication failures become SEALED. */
  const asSealed = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (NexusError.is(error)) throw error;
      throw new NexusError("SEALED", {
        cause: new Error("a stored secret does not belong to its row"),
      });
    }
  };
  /** The data key is wiped however the work ends. */
  const withDataKey = <T>(dataKey: () => Buffer, work: (dataKey: Buffer) => T): T =>
    asSealed(() => {
      const opened = dataKey();
      try {
        return work(opened);
      } finally {
        opened.fill(0);
      }
    });

  const sealBytes = (plaintext: Uint8Array, aad: AssociatedData): Sealed =>
    withDataKey(
      () => randomBytes(dataKeyBytes),
      (dataKey) => ({
        format,
        ...wrap(dataKey, aad),
        ciphertext: encrypt(createSecretKey(dataKey), plaintext, bound("text", "", aad)),
      }),
    );
  /**
   * Unwrapped data keys as key objects, for as long as their row is held in memory: half the cost of opening a secret.
   * What is bound to the row is still checked each time, by the text's own tag.
   */
  const dataKeys = new WeakMap<Sealed, KeyObject>();
  const dataKeyOf = (sealed: Sealed, aad: AssociatedData): KeyObject => {
    const known = dataKeys.get(sealed);
    if (known !== undefined) return known;
    const unwrapped = unwrap(sealed, aad);
    const key = createSecretKey(unwrapped);
    unwrapped.fill(0);
    dataKeys.set(sealed, key);
    return key;
  };
  const openBytes = (sealed: Sealed, aad: AssociatedData): Buffer =>
    asSealed(() => decrypt(dataKeyOf(sealed, aad), sealed.ciphertext, bound("text", "", aad)));

  return {
    get currentKeyId() {
      return keys.current()?.id;
    },
    knows: (keyId) => keys.find(keyId) !== undefined,
    seal: (plaintext, aad) => sealBytes(Buffer.from(plaintext), aad),
    open: (sealed, aad) => new Secret(openBytes(sealed, aad).toString()),
    sealBytes,
    openBytes,
    rewrap: (sealed, aad) =>
      withDataKey(
        () => unwrap(sealed, aad),
        (dataKey) => ({ ...sealed, ...wrap(dataKey, aad) }),
      ),
  };
};

import { createHmac, createSecretKey } from "node:crypto";
import { ConfigurationError } from "../env.ts";
import { createSecretBox, type EncryptionKey, type KeyHolder, type SecretBox } from "./secret-box.ts";

const entryPattern = /^([A-Za-z0-9][A-Za-z0-9_-]{0,31}):([A-Za-z0-9+/_-]{43}=?)$/;

const wrongEntry = (position: number): ConfigurationError =>
  new ConfigurationError([`NEXUS_ENCRYPTION_KEYS: entry ${position} is not id:base64 of 32 bytes`]);

/**
 * The id carries a fingerprint of the key: another key under an old name is another id, which opens nothing that was
 * sealed before and overwrites nothing either.
 */
const readEntry = (entry: string, index: number): EncryptionKey => {
  const match = entryPattern.exec(entry.trim());
  if (!match?.[1] || !match[2]) throw wrongEntry(index + 1);
  const bytes = Buffer.from(match[2], "base64");
  if (bytes.length !== 32 || bytes.every((byte) => byte === bytes[0])) throw wrongEntry(index + 1);
  const fingerprint = createHmac("sha256", bytes).update("nexus key-encryption key").digest("hex").slice(0, 12);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id: `${match[1]}.${fingerprint}`, key };
};

const readKeys = (config: string | undefined): readonly EncryptionKey[] =>
  config === undefined || config.trim() === "" ? [] : config.split(",").map(readEntry);

/** Keys that can be exchanged while they are in use. */
export interface ReloadableKeys extends KeyHolder {
  /** Takes all of the new list or, where an entry is wrong, throws and keeps the old one. */
  readonly reload: (config: string | undefined) => void;
}

/**
 * The keys of `NEXUS_ENCRYPTION_KEYS`: comma-separated `id:base64 of 32 bytes`, the current key first, older ones
 * behind it for as long as rows are sealed under them.
 */
export const holdKeys = (config: string | undefined): ReloadableKeys => {
  let current: EncryptionKey | undefined;
  let byId: ReadonlyMap<string, EncryptionKey> = new Map();
  const reload = (config: string | undefined): void => {
    const keys = readKeys(config);
    byId = new Map(keys.map((key) => [key.id, key]));
    current = keys[0];
  };
  reload(config);
  return { current: () => current, find: (keyId) => byId.get(keyId), reload };
};

/** The secret box of fixed keys. Without a value it cannot be opened: every use fails with SEALED. */
export const openKeyring = (config: string | undefined): SecretBox => createSecretBox(holdKeys(config));

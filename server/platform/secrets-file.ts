import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Secrets made on the first run, where the operator gave none. */
export interface GeneratedSecrets {
  /** `id:base64` of the key-encryption key. */
  readonly encryptionKeys: string;
  readonly authEncryptionKey: string;
  readonly tokenPepper: string;
  readonly dashboardSecret: string;
}

const key = (): string => randomBytes(32).toString("base64");

const generate = (): GeneratedSecrets => ({
  encryptionKeys: `k1:${key()}`,
  authEncryptionKey: key(),
  tokenPepper: key(),
  dashboardSecret: key(),
});

const isComplete = (value: unknown): value is GeneratedSecrets =>
  typeof value === "object" &&
  value !== null &&
  ["encryptionKeys", "authEncryptionKey", "tokenPepper", "dashboardSecret"].every(
    (name) => typeof Reflect.get(value, name) === "string",
  );

/** Writes a file only its owner can read, whole or not at all. */
export const writePrivateFile = async (file: string, content: string): Promise<void> => {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, content, { mode: 0o600, flush: true });
  await rename(draft, file);
};

const fileOf = (dataDir: string): string => join(dataDir, "secrets.json");

/** Puts a new key-encryption key before those in the data folder; returns its name. The old ones go on opening. */
export const addEncryptionKey = async (dataDir: string): Promise<string> => {
  const secrets = await generatedSecrets(dataDir);
  const names = new Set(secrets.encryptionKeys.split(",").map((entry) => entry.split(":")[0]));
  let number = names.size + 1;
  while (names.has(`k${number}`)) number += 1;
  const name = `k${number}`;
  const encryptionKeys = `${name}:${key()},${secrets.encryptionKeys}`;
  await writePrivateFile(fileOf(dataDir), `${JSON.stringify({ ...secrets, encryptionKeys }, null, 2)}\n`);
  return name;
};

/** The secrets in the data folder; throws where there are none. */
export const readGeneratedSecrets = async (dataDir: string): Promise<GeneratedSecrets> => {
  const file = fileOf(dataDir);
  const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
  if (!isComplete(parsed))
    throw new Error(`${file} is damaged: restore it from a backup; stored vendor secrets cannot be opened without it.`);
  return parsed;
};

/** The secrets in the data folder, made if there are none. Losing this file loses every stored vendor secret. */
export const generatedSecrets = async (dataDir: string): Promise<GeneratedSecrets> => {
  const file = fileOf(dataDir);
  if (existsSync(file)) return readGeneratedSecrets(dataDir);
  await mkdir(dataDir, { recursive: true });
  const secrets = generate();
  await writePrivateFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
};

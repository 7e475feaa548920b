import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "./data-folder-error.ts";
import { readText, writePrivateFile } from "./private-file.ts";

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

const keyForm = /^[A-Za-z0-9+/_-]{43}=$/;
const keysForm = /^[\w-]{1,32}:[A-Za-z0-9+/_-]{43}=(,[\w-]{1,32}:[A-Za-z0-9+/_-]{43}=)*$/;

const forms: Readonly<Record<keyof GeneratedSecrets, RegExp>> = {
  encryptionKeys: keysForm,
  authEncryptionKey: keyForm,
  tokenPepper: keyForm,
  dashboardSecret: keyForm,
};

/** Names of what is missing or cut off in a file that was read. */
const faultsOf = (value: unknown): string[] =>
  Object.entries(forms)
    .filter(([name, form]) => {
      const secret: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
      return typeof secret !== "string" || !form.test(secret);
    })
    .map(([name]) => name);

const isComplete = (value: unknown): value is GeneratedSecrets => faultsOf(value).length === 0;

/** Where the secrets of a data folder lie. */
export const secretsFileOf = (dataDir: string): string => join(dataDir, "secrets.json");

/** Puts a new key-encryption key before those in the data folder; returns its name. The old ones go on opening. */
export const addEncryptionKey = async (dataDir: string): Promise<string> => {
  const secrets = await readGeneratedSecrets(dataDir);
  const names = new Set(secrets.encryptionKeys.split(",").map((entry) => entry.split(":")[0]));
  let number = names.size + 1;
  while (names.has(`k${number}`)) number += 1;
  const name = `k${number}`;
  const encryptionKeys = `${name}:${key()},${secrets.encryptionKeys}`;
  await writePrivateFile(secretsFileOf(dataDir), `${JSON.stringify({ ...secrets, encryptionKeys }, null, 2)}\n`);
  return name;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The secrets in the data folder; throws where there are none, or not all of them. */
export const readGeneratedSecrets = async (dataDir: string): Promise<GeneratedSecrets> => {
  const file = secretsFileOf(dataDir);
  const text = await readText(file);
  const parsed = text === undefined ? undefined : parse(text);
  if (isComplete(parsed)) return parsed;
  const what =
    text === undefined
      ? "is a folder"
      : text.trim() === ""
        ? "is empty"
        : parsed === undefined
          ? "is cut off or damaged"
          : `lacks a usable ${faultsOf(parsed).join(", ")}`;
  throw new DataFolderError(
    `${file} ${what}. What is stored in the database cannot be opened without the secrets in it, so no new ones were made. ` +
      "Restore the file from a backup, or from where the folder was copied; if there is none, move the whole data folder away to start afresh.",
  );
};

/** The secrets in the data folder; undefined where none have been made. */
export const findGeneratedSecrets = async (dataDir: string): Promise<GeneratedSecrets | undefined> =>
  existsSync(secretsFileOf(dataDir)) ? readGeneratedSecrets(dataDir) : undefined;

/** Makes the secrets of a new installation. They are on the disk before anything can be sealed with them. */
export const makeSecrets = async (dataDir: string): Promise<GeneratedSecrets> => {
  await mkdir(dataDir, { recursive: true });
  const secrets = generate();
  await writePrivateFile(secretsFileOf(dataDir), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
};

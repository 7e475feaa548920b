import { readFileSync, statSync } from "node:fs";
import { ConfigurationError, EnvSchema, platformSecretFields } from "./env.ts";

type Settings = Readonly<Record<string, string | undefined>>;

const maxBytes = 64 * 1024;
const suffix = "_FILE";
const ofVendor = new RegExp(
  `^PLATFORM_[A-Z0-9_]+_(?:${[...Object.keys(platformSecretFields), "BASE_URL"].join("|")})$`,
);

/** The setting whose value stands in a file that this one names; undefined where it is none of that kind. */
export const settingInFile = (name: string): string | undefined => {
  // There are settings that end so themselves.
  if (!name.endsWith(suffix) || name in EnvSchema.shape) return undefined;
  const setting = name.slice(0, -suffix.length);
  return setting in EnvSchema.shape || ofVendor.test(setting) ? setting : undefined;
};

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "is not there";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  if (code === "EISDIR") return "is a folder";
  return `cannot be read (${String(code ?? error)})`;
};

const readValue = (file: string): { readonly value: string } | { readonly problem: string } => {
  try {
    const { size } = statSync(file);
    if (size > maxBytes) return { problem: `has ${size} bytes; ${maxBytes} at most` };
    const value = readFileSync(file, "utf8").replace(/(?:\r?\n)+$/, "");
    if (value === "") return { problem: "is empty" };
    return value.includes("\0") ? { problem: "is no text" } : { value };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
};

/**
 * The settings with those that stand in files: `DATABASE_URL_FILE=/run/secrets/database_url` sets `DATABASE_URL`, as secrets
 * are handed to containers and services. Throws a ConfigurationError that names each that cannot be.
 */
export const settingsFromFiles = (settings: Settings): Settings => {
  const read: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, file] of Object.entries(settings)) {
    const setting = settingInFile(name);
    if (setting === undefined || !file) continue;
    if (settings[setting]) {
      problems.push(`${name}: ${setting} is set, too; set one of them`);
      continue;
    }
    const found = readValue(file);
    if ("value" in found) read[setting] = found.value;
    else problems.push(`${name}: ${file} ${found.problem}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...settings, ...read };
};

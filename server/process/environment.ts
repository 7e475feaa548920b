import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseEnv } from "node:util";
import type { Env } from "../platform/env.ts";
import { settingsFromFiles } from "../platform/settings-from-files.ts";

const dotEnv = (): Readonly<Record<string, string | undefined>> => {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
};

/**
 * The settings: the environment, then `.env` of the working folder, and what stands in files that they name. Nothing of it is
 * copied into `process.env`. Throws a ConfigurationError where such a file cannot be read.
 */
export const environment = (): Readonly<Record<string, string | undefined>> =>
  settingsFromFiles({ ...dotEnv(), ...process.env });

const absolute = (folder: string): string => (isAbsolute(folder) ? folder : join(process.cwd(), folder));

/** Where this installation keeps its files. */
export const dataDirOf = ({ NEXUS_DATA_DIR }: Env): string => absolute(NEXUS_DATA_DIR);

/** Where Auth keeps its files when it runs alone, so that a gateway may run beside it from the same folder. */
export const authDataDirOf = ({ AUTH_DATA_DIR }: Env): string => absolute(AUTH_DATA_DIR);

import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes a file only its owner can read, whole or not at all; it survives a loss of power once this has returned. */
export const writePrivateFile = async (file: string, content: string): Promise<void> => {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, content, { mode: 0o600, flush: true });
    await rename(draft, file);
  } catch (error) {
    // Half of it is of no use, and takes what space there is.
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** A file's text; undefined where the path is a folder. */
export const readText = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "EISDIR") return undefined;
    throw error;
  });

/** Files of a data folder that hold secrets or what people said. */
const privateFiles = [
  "secrets.json",
  "first-run.json",
  "postgres.json",
  "auth-client-secret",
  "platform-super-admin",
  "cli-session.json",
  "nexus.log",
  "sandbox.jsonl",
];

/** Those that others than their owner may read or change. */
export const openFilesOf = async (dataDir: string): Promise<readonly string[]> => {
  const modes = await Promise.all(
    privateFiles.map(async (name) => ({
      name,
      mode: (await stat(join(dataDir, name)).catch(() => undefined))?.mode ?? 0,
    })),
  );
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name }) => name);
};

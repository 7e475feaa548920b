import { addEncryptionKey } from "../server/platform/secrets-file.ts";
import { writePrivateFile } from "../server/platform/private-file.ts";
import { holdDataFolder, makeDataFolder } from "../server/process/data-folder.ts";
import { outlivePipes } from "../server/process/outlive-pipes.ts";
import { join } from "node:path";

// Has every writer of state write into a folder that has no space, and says what became of each: `try-writers.ts FOLDER`.

const [folder = ""] = process.argv.slice(2);
outlivePipes();
const files = [
  "secrets.json",
  "first-run.json",
  "postgres.json",
  "auth-client-secret",
  "platform-super-admin",
  "cli-session.json",
];
const writers: readonly [string, () => Promise<unknown>][] = [
  ...files.map((name): [string, () => Promise<unknown>] => [
    name,
    () => writePrivateFile(join(folder, name), "n".repeat(9_000)),
  ]),
  ["secrets rotate", () => addEncryptionKey(folder)],
  ["process.json", () => holdDataFolder(folder, "a writer")],
  ["folder", () => makeDataFolder(folder)],
];
for (const [name, write] of writers) {
  const outcome = await write().then(
    () => "written",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  process.stdout.write(`${JSON.stringify([name, outcome])}\n`);
}

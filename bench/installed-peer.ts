import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { settings } from "./settings.ts";

const run = promisify(execFile);

interface InstalledPeer {
  /** With its version: another version has another folder. */
  readonly name: string;
  /** What its installation needs, for who has to bring it. */
  readonly needs: string;
  readonly commands: (folder: string) => readonly (readonly [string, ...string[]])[];
}

/** The folder of a gateway of others, outside the project; installed once. */
export const installedPeer = async ({ name, needs, commands }: InstalledPeer): Promise<string> => {
  const folder = join(settings.cacheDir, name);
  const mark = join(folder, "installed");
  if (existsSync(mark)) return folder;
  console.log(`  installing ${name} into ${folder} …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [command, ...args] of commands(folder))
    await run(command, args, { cwd: folder, maxBuffer: 64 << 20 }).catch((error: unknown) => {
      throw new Error(`${name} cannot be installed. It needs ${needs}.`, { cause: error });
    });
  await writeFile(mark, "");
  return folder;
};

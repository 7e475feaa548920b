import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Logger } from "../platform/logger.ts";
import { projectRoot } from "../platform/own-files.ts";
import { shippedParts } from "./shipped.ts";

const run = promisify(execFile);

const sources = ["client-sdk", "packages", "scripts/packages", "server"];
const kept = join(projectRoot, "node_modules", ".cache", "topolo-nexus", "archives");
const keptMs = 7 * 24 * 60 * 60 * 1000;

const isSource = (path: string): boolean =>
  /\.(ts|json|md)$/.test(path) && !/\.test(-d)?\.ts$|[\\/](node_modules|dist)[\\/]/.test(path);

/** Changes whenever a package would: what the client declares comes from the server's schemas. */
const sourceDigest = async (): Promise<string> => {
  const hash = createHash("sha256");
  for (const folder of sources) {
    const entries = await readdir(join(projectRoot, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter(isSource).toSorted())
      hash.update(file.slice(projectRoot.length)).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
};

/** Another process of this checkout may still hand out those of other sources: only old ones go. */
const removeOld = async (present: string): Promise<void> => {
  for (const name of await readdir(kept)) {
    const path = join(kept, name);
    if (path !== present && Date.now() - (await stat(path)).mtimeMs > keptMs)
      await rm(path, { recursive: true, force: true });
  }
};

/** Packages of the present sources, packed once in the background; their folder is known at once. Without them all else runs. */
export const keepPackagesPacked = async (log: Logger, environment: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const shipped = shippedParts();
  if (shipped !== undefined) return join(projectRoot, shipped.packages);
  const digest = await sourceDigest().catch((error: unknown) =>
    log.error({ err: error }, "the packages cannot be packed"),
  );
  if (digest === undefined) return undefined;
  const folder = join(kept, digest);
  if (existsSync(folder)) return folder;
  const began = Date.now();
  run(process.execPath, ["--disable-warning=ExperimentalWarning", "scripts/packages/pack-main.ts", folder], {
    cwd: projectRoot,
    env: environment,
  }).then(
    async () => {
      log.info({ ms: Date.now() - began }, "the packages are packed");
      await removeOld(folder);
    },
    (error: unknown) => log.error({ err: error }, "the packages could not be packed"),
  );
  return folder;
};

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const folders = [
  "app",
  "public",
  "client-sdk/src",
  "packages/auth-client/src",
  "packages/auth-middleware/src",
  "server/contracts",
];
const files = ["proxy.ts", "next.config.mjs", "postcss.config.mjs", "package-lock.json"];
const builds = join(".next", "builds");
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Changes whenever a page would. */
const sourceDigest = async (root: string): Promise<string> => {
  const found = files.map((file) => join(root, file));
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
    }
  }
  const hash = createHash("sha256");
  for (const file of found.filter((path) => existsSync(path)).sort()) {
    hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
};

/** Builds of other sources may still be served by another process of this checkout: only old ones go. */
const removeOldBuilds = async (root: string, present: string): Promise<void> => {
  for (const name of await readdir(join(root, builds))) {
    const path = join(root, builds, name);
    const { mtimeMs } = await stat(path);
    if (name !== present && Date.now() - mtimeMs > keptMs) await rm(path, { recursive: true, force: true });
  }
};

/**
 * The folder of a finished build of the present sources, relative to the root; made first where there is none. A build
 * gets its name only when it is complete, so that processes started side by side do not read each other's half.
 */
export const ensureDashboardBuilt = async (root: string, build: (folder: string) => Promise<void>): Promise<string> => {
  const name = await sourceDigest(root);
  const finished = join(builds, name);
  if (existsSync(join(root, finished, "BUILD_ID"))) return finished;
  const unfinished = `${finished}.${process.pid}`;
  try {
    await build(unfinished);
    await rename(join(root, unfinished), join(root, finished));
  } catch (error) {
    await rm(join(root, unfinished), { recursive: true, force: true });
    if (!existsSync(join(root, finished, "BUILD_ID"))) throw error;
  }
  await removeOldBuilds(root, name);
  return finished;
};

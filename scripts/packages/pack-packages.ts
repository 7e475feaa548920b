import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildPackage, packageFolders } from "./build-package.ts";

const run = promisify(execFile);

/** The name under which a package's archive is installed: `@topolo/nexus-client` is `nexus-client.tgz`. */
const archiveName = (packed: string): string =>
  packed.replace(/^topolo-/, "").replace(/-\d+\.\d+\.\d+.*\.tgz$/, ".tgz");

/** Builds every package and packs it as npm does, into a folder of archives. */
export const packPackages = async (into: string): Promise<readonly string[]> => {
  const work = await mkdtemp(join(tmpdir(), "nexus-packages-"));
  try {
    const built = packageFolders.map((folder) => join(work, folder));
    for (const folder of packageFolders) await buildPackage(folder, join(work, folder));
    await mkdir(into, { recursive: true });
    const { stdout } = await run("npm", ["pack", "--silent", "--offline", "--pack-destination", work, ...built], {
      cwd: work,
    });
    const archives = stdout
      .trim()
      .split("\n")
      .filter((line) => line.endsWith(".tgz"));
    for (const archive of archives) await rename(join(work, archive), join(into, archiveName(archive)));
    return archives.map(archiveName);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

import { execFile } from "node:child_process";
import { lstat, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What is installed or built is not the app's. */
const skipped: ReadonlySet<string> = new Set([
  "node_modules",
  ".git",
  ".next",
  ".nuxt",
  ".output",
  ".svelte-kit",
  ".turbo",
  ".venv",
  "venv",
  "__pycache__",
  "build",
  "coverage",
  "dist",
  "out",
  "target",
  "vendor",
]);

const isSkipped = (path: string): boolean => path.split("/").some((part) => skipped.has(part));

const isEnvironment = (name: string): boolean => /^\.env(\.|$)/.test(name);

/** Files of the app. */
export interface Listed {
  readonly files: readonly string[];
  /** There were more than are looked at. */
  readonly truncated: boolean;
  /** Whether `.gitignore` was heeded: git says what it means, where there is one. */
  readonly byGit: boolean;
}

const walk = async (folder: string, most: number, take: (name: string) => boolean): Promise<readonly string[]> => {
  const found: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined && found.length < most; at = folders.pop()) {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(at, entry.name);
      // Links are not followed: they may lead out of the app, or in a circle.
      if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(path);
      else if (entry.isFile() && take(entry.name)) found.push(relative(folder, path).split(sep).join("/"));
    }
  }
  return found;
};

const listByGit = (folder: string): Promise<readonly string[] | undefined> =>
  run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: folder,
    maxBuffer: 64 << 20,
  }).then(
    ({ stdout }) => stdout.split("\0").filter((path) => path !== "" && !isSkipped(path)),
    () => undefined,
  );

const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

/** What is the app's: by git, where it is a repository; environment files in any case, which git ignores. */
export const listFiles = async (folder: string, most: number): Promise<Listed> => {
  const tracked = await listByGit(folder);
  const all =
    tracked === undefined
      ? await walk(folder, most + 1, () => true)
      : [...new Set([...(await walk(folder, most, isEnvironment)), ...tracked])];
  const files: string[] = [];
  for (const path of all.toSorted()) {
    if (files.length >= most) break;
    if (await isFile(join(folder, path))) files.push(path);
  }
  return { files, truncated: all.length > most, byGit: tracked !== undefined };
};

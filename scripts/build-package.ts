import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Run in a package's folder: builds its dist, JavaScript and declarations. A package that it stands on comes first.

const root = join(import.meta.dirname, "..");

const compile = (folder: string): void => {
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/tsc"),
    ["-p", "tsconfig.build.json", "--pretty", "false"],
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The compiler refused ${folder}:\n${stdout}${stderr}`);
};

/** Declarations keep the extensions of the sources; beside JavaScript they must name JavaScript. */
const withJavaScriptNames = (text: string): string =>
  text.replaceAll(/((?:from|import\() ?"\.\/[^"]+)\.ts"/g, '$1.js"');

const build = async (folder: string): Promise<void> => {
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  compile(folder);
  for (const name of await readdir(dist)) {
    if (!name.endsWith(".d.ts")) continue;
    await writeFile(join(dist, name), withJavaScriptNames(await readFile(join(dist, name), "utf8")));
  }
};

for (const before of process.argv.slice(2)) await build(join(root, "packages", before));
await build(process.cwd());

import { readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";

// Run in a package's folder around `npm pack`. In the workspace a package exports its sources; what is published exports
// what was built. npm does not apply publishConfig.exports by itself.

const manifest = "package.json";
const kept = ".package.workspace.json";
const published = ".package.published.json";

const restore = async (): Promise<void> => {
  if (!existsSync(kept)) return;
  await rename(kept, manifest);
};

const apply = async (): Promise<void> => {
  await restore();
  const text = await readFile(manifest, "utf8");
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || !("publishConfig" in parsed))
    throw new Error("The package has no publishConfig.");
  const { publishConfig, scripts: _scripts, ...rest } = { scripts: undefined, ...parsed };
  const exports =
    typeof publishConfig === "object" && publishConfig !== null && "exports" in publishConfig
      ? publishConfig.exports
      : undefined;
  if (exports === undefined) throw new Error("publishConfig has no exports.");
  await writeFile(kept, text);
  // In one step: whoever starts meanwhile reads the one or the other.
  await writeFile(published, `${JSON.stringify({ ...rest, exports, publishConfig: { access: "public" } }, null, 2)}\n`);
  await rename(published, manifest);
};

const actions: Readonly<Record<string, () => Promise<void>>> = { apply, restore };
const action = actions[process.argv[2] ?? ""];
if (!action) throw new Error("Say apply or restore.");
await action();

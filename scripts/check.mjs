import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import {
  ensureInstalled,
  garbageCollectionOfLinter,
  littleGarbageCollection,
  node,
  nodeFlags,
  root,
  toolEnv,
} from "./toolchain.mjs";

// Each thread works out most types anew. Where cores are few, the checks side by side keep them busy with one thread each.
const coresAreFew = availableParallelism() < 4;
const oneChecker = coresAreFew ? ["--checkers", "1"] : [];
const oneThread = coresAreFew ? ["--threads=1"] : [];

const checks = [
  ["types", "tsc", ["-p", ".", ...oneChecker]],
  ["types of pages", "tsc", ["-p", "app", ...oneChecker]],
  ["lint", "oxlint", ["--type-aware", "--deny-warnings", ...oneThread, "."], garbageCollectionOfLinter],
  ["format", "oxfmt", ["--check", "."]],
  [
    "import rules",
    "depcruise",
    [
      "--config",
      ".dependency-cruiser.mjs",
      "--output-type",
      "err",
      "server",
      "sandbox",
      "client-sdk",
      "packages",
      "app",
      "test",
      "bench",
    ],
  ],
  ["unused code", "knip", ["--no-progress"]],
  ["released migrations", node, [...nodeFlags, "scripts/check-migrations.ts"]],
  ["exported names", node, ["scripts/check-exports.mjs"]],
  ["generated pages", node, [...nodeFlags, "scripts/generate-docs.ts", "--check"]],
];

const runOne = ([label, command, args, env = littleGarbageCollection]) =>
  new Promise((resolve) => {
    const began = Date.now();
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnv(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ label, ok: false, output: error.message, seconds: 0 }));
    child.on("exit", (code) => resolve({ label, ok: code === 0, output, seconds: (Date.now() - began) / 1000 }));
  });

ensureInstalled();
const only = process.argv.slice(2);
const results = await Promise.all(checks.filter(([label]) => only.length === 0 || only.includes(label)).map(runOne));
for (const { label, ok, output, seconds } of results) {
  process.stdout.write(`${ok ? "✓" : "✗"} ${label} (${seconds.toFixed(1)} s)\n${ok ? "" : `${output.trimEnd()}\n`}`);
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

import { ensureInstalled, node, nodeFlags, programFile, runServer } from "./toolchain.mjs";

const alone = process.argv.includes("--auth");
const dev = process.argv.includes("--dev");
const began = Date.now();
ensureInstalled();
const watch = dev
  ? ["--watch", "--watch-preserve-output", "--watch-path=server", "--watch-path=sandbox", "--watch-path=packages"]
  : [];
const program = alone ? "server/auth-main.ts" : "server/main.ts";
// It answers few, at length: what it has thrown away is collected soon, not when there is much of it.
const memoryFlags = ["--max-semi-space-size=4"];
// Whoever changes sources runs them.
const file = dev ? program : programFile(program);
process.exitCode = await runServer(node, [...nodeFlags, ...memoryFlags, ...watch, file], {
  NEXUS_STARTED_AT: String(began),
  // The C library keeps what is freed apart for each of many threads: a tenth of a busy gateway's memory.
  MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "2",
  ...(dev ? { NEXUS_DEV: "true" } : {}),
});

import { ensureInstalled, node, nodeFlags, programFile, runServer } from "./toolchain.mjs";

const alone = process.argv.includes("--auth");
const dev = process.argv.includes("--dev");
const began = Date.now();
ensureInstalled();
const watch = dev
  ? ["--watch", "--watch-preserve-output", "--watch-path=server", "--watch-path=sandbox", "--watch-path=packages"]
  : [];
const program = alone ? "server/auth-main.ts" : "server/main.ts";
// Whoever changes sources runs them.
const file = dev ? program : programFile(program);
process.exitCode = await runServer(node, [...nodeFlags, ...watch, file], {
  NEXUS_STARTED_AT: String(began),
  ...(dev ? { NEXUS_DEV: "true" } : {}),
});

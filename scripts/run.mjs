import { ensureInstalled, node, nodeFlags, run } from "./toolchain.mjs";

const [file, ...args] = process.argv.slice(2);
ensureInstalled();
process.exitCode = await run(node, [...nodeFlags, file, ...args]);

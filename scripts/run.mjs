import { ensureInstalled, node, nodeFlags, programFile, programs, run } from "./toolchain.mjs";

const [file, ...args] = process.argv.slice(2);
ensureInstalled();
process.exitCode = await run(node, [...nodeFlags, programs.includes(file) ? programFile(file) : file, ...args]);

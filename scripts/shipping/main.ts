import { join, resolve } from "node:path";
import { root } from "../toolchain.mjs";
import { buildTree } from "./build-tree.ts";

// main.ts [folder]: everything that runs in production in one folder, dist/nexus where none is named.

const [folder] = process.argv.slice(2);
const into = folder === undefined ? join(root, "dist", "nexus") : resolve(folder);
await buildTree(into, (text) => void process.stderr.write(`  ${text}\n`));
process.stdout.write(`${into}\n`);

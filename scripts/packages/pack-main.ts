import { rename, rm } from "node:fs/promises";
import { packPackages } from "./pack-packages.ts";

// pack-main.ts <folder>: packs what apps install into a folder, which gets its name once it is whole.

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("pack-main.ts needs a folder");
const draft = `${folder}.${process.pid}`;
try {
  await packPackages(draft);
  await rename(draft, folder);
} catch (error) {
  await rm(draft, { recursive: true, force: true });
  // Another has been faster.
  if (!(error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST")))
    throw error;
}

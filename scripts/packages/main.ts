import { join } from "node:path";
import { buildPackage, packageFolders } from "./build-package.ts";

// Builds what is published of each package into its `dist`.
for (const folder of packageFolders) await buildPackage(folder, join(import.meta.dirname, "../..", folder, "dist"));

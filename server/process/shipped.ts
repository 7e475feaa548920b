import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../platform/own-files.ts";

/** What `npm run build` has made beforehand; paths are relative to its folder. */
export interface Shipped {
  /** The finished build of the pages. */
  readonly dashboard: string;
  /** What serves them. */
  readonly pages: string;
  /** The archives that apps install. */
  readonly packages: string;
}

/** Beside the programs of a build; a checkout has none. */
export const shippedFile = "shipped.json";

const isShipped = (value: unknown): value is Shipped =>
  typeof value === "object" &&
  value !== null &&
  (["dashboard", "pages", "packages"] as const).every((name) => typeof Reflect.get(value, name) === "string");

/** What a build has ready, of which nothing is made or written any more; undefined in a checkout, which makes it when it starts. */
export const shippedParts = (root = projectRoot): Shipped | undefined => {
  const file = join(root, shippedFile);
  if (!existsSync(file)) return undefined;
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isShipped(parsed)) throw new Error(`${file} is not one of a build of this version`);
  return parsed;
};

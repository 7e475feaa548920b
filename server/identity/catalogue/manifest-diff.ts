import { isDeepStrictEqual } from "node:util";
import type { CatalogueService } from "./catalogue.ts";
import type { Manifest } from "./manifest.ts";
import { manifestParts, storedParts } from "./service-parts.ts";

/** What a manifest would change in one part of a registration, by the names of the entries. */
export interface PartChange {
  readonly part: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

const compare = (
  part: string,
  next: Readonly<Record<string, unknown>>,
  present: Readonly<Record<string, unknown>>,
): PartChange => ({
  part,
  added: Object.keys(next).filter((name) => !Object.hasOwn(present, name)),
  removed: Object.keys(present).filter((name) => !Object.hasOwn(next, name)),
  changed: Object.keys(next).filter(
    (name) => Object.hasOwn(present, name) && !isDeepStrictEqual(next[name], present[name]),
  ),
});

/** The parts in which a manifest differs from what is stored; everything is new where nothing is. */
export const diffManifest = (manifest: Manifest, service: CatalogueService | undefined): readonly PartChange[] => {
  const present: Readonly<Record<string, Readonly<Record<string, unknown>>>> = service ? storedParts(service) : {};
  return Object.entries(manifestParts(manifest))
    .filter(([part]) => part !== "clients" || manifest.clients !== undefined)
    .map(([part, next]) => compare(part, next, present[part] ?? {}))
    .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
};

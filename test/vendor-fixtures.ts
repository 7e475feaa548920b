import { join } from "node:path";
import type { DialectFixtures } from "../server/providers/contract-fixtures.ts";
import { providers } from "../server/providers/index.ts";

/** By the convention that `contract.test.ts` checks, a vendor's fixtures are its folder's `contractFixtures`. */
const fixturesIn = (module: unknown): DialectFixtures =>
  (module as { readonly contractFixtures: DialectFixtures }).contractFixtures;

/** The fixtures of every registered AI vendor, by its id. */
export const loadFixtures = async (): Promise<Readonly<Record<string, DialectFixtures>>> => {
  const folder = join(import.meta.dirname, "..", "server", "providers");
  const vendors = [...providers.values()].filter(({ ai }) => ai !== undefined);
  const loaded = vendors.map(async ({ family, id }) => {
    const module: unknown = await import(/* @vite-ignore */ join(folder, family, id, "contract-fixtures.ts"));
    return [id, fixturesIn(module)] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
};

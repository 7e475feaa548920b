import { join } from "node:path";
import type { DialectFixtures, VendorFixtures } from "../server/providers/contract-fixtures.ts";
import type { ProviderDefinition } from "../server/contracts/provider.ts";
import { providers } from "../server/providers/index.ts";
import { isTextVendor } from "./text-vendor.ts";

const folder = join(import.meta.dirname, "..", "server", "providers");

/** By the convention that `contract.test.ts` checks, a vendor's fixtures are its folder's `contractFixtures`. */
const moduleOf = async ({ family, id }: ProviderDefinition): Promise<unknown> =>
  import(/* @vite-ignore */ join(folder, family, id, "contract-fixtures.ts"));

const vendorsOfAi = [...providers.values()].filter(({ ai }) => ai !== undefined);

/** The fixtures of every registered AI vendor, by its id. */
export const loadVendorFixtures = async (): Promise<Readonly<Record<string, VendorFixtures>>> =>
  Object.fromEntries(
    await Promise.all(
      vendorsOfAi.map(async (vendor) => {
        const module = await moduleOf(vendor);
        return [vendor.id, (module as { readonly contractFixtures: VendorFixtures }).contractFixtures] as const;
      }),
    ),
  );

/** The fixtures of those whose models write. */
export const loadFixtures = async (): Promise<Readonly<Record<string, DialectFixtures>>> =>
  Object.fromEntries(
    await Promise.all(
      vendorsOfAi
        .filter(({ ai }) => isTextVendor(ai))
        .map(async (vendor) => {
          const module = await moduleOf(vendor);
          return [vendor.id, (module as { readonly contractFixtures: DialectFixtures }).contractFixtures] as const;
        }),
    ),
  );

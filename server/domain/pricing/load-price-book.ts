import type pg from "pg";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import type { VendorRegister } from "../existence/index.ts";
import { importCatalogue } from "./import-catalogue.ts";
import { importFees } from "./import-fees.ts";
import { createPriceBook, type PriceBook } from "./price-book.ts";
import { releaseOf } from "./price-view.ts";
import type { CatalogueModel, PriceOverride } from "./price.ts";
import { selectOverrides } from "./store.ts";

const imported = new WeakMap<VendorRegister<PricedVendor>, readonly CatalogueModel[]>();

/** The bundled catalogue, the fee schedules and the register are part of the code, so they are read once. */
const catalogueOf = (vendors: VendorRegister<PricedVendor>): readonly CatalogueModel[] => {
  const known = imported.get(vendors) ?? [...importCatalogue(vendors), ...importFees(vendors)];
  imported.set(vendors, known);
  return known;
};

/** The names of what the bundled prices come with, such as a release of the catalogue. */
export const releasesOf = (vendors: VendorRegister<PricedVendor>): readonly string[] => {
  const ids = catalogueOf(vendors).flatMap(({ schedules }) =>
    schedules.flatMap(({ prices }) => prices.slice(0, 1).map(({ id }) => id)),
  );
  return [...new Set(ids.map(releaseOf))].toSorted();
};

/** The book as it would be with these overrides. */
export const priceBookWith = (vendors: VendorRegister<PricedVendor>, overrides: readonly PriceOverride[]): PriceBook =>
  createPriceBook(catalogueOf(vendors), overrides);

/** Tables whose change makes a loaded book stale. */
export const priceBookTopics = ["price_override"] as const;

/** The price book as it stands; kept in memory by the process and loaded again when an override is added. */
export const loadPriceBook = async (
  pool: pg.Pool | pg.PoolClient,
  vendors: VendorRegister<PricedVendor>,
): Promise<PriceBook> => createPriceBook(catalogueOf(vendors), await selectOverrides(pool));

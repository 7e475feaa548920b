import type pg from "pg";
import { importCatalogue } from "./import-catalogue.ts";
import { createPriceBook, type PriceBook } from "./price-book.ts";
import type { CatalogueModel } from "./price.ts";
import { selectOverrides } from "./store.ts";

let imported: readonly CatalogueModel[] | undefined;

/** The bundled catalogue: it is part of the code, so it is read once. */
const bundledCatalogue = (): readonly CatalogueModel[] => (imported ??= importCatalogue());

/** Tables whose change makes a loaded book stale. */
export const priceBookTopics = ["price_override"] as const;

/** The price book as it stands; kept in memory by the process and loaded again when an override is added. */
export const loadPriceBook = async (
  pool: pg.Pool | pg.PoolClient,
  catalogue: readonly CatalogueModel[] = bundledCatalogue(),
): Promise<PriceBook> => createPriceBook(catalogue, await selectOverrides(pool));

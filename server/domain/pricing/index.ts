export { boundOf, dearestClass } from "./bound-of.ts";
export { costOf, maxNanos, type Cost } from "./cost-of.ts";
export { catalogueRelease, catalogueVendors, cataloguePricesAt, importCatalogue } from "./import-catalogue.ts";
export {
  listPrices,
  listPricesInput,
  listPricesOutput,
  type ListPricesInput,
  type ListPricesOutput,
} from "./list-prices.ts";
export { loadPriceBook, priceBookTopics } from "./load-price-book.ts";
export { createPriceBook, priceSetOf, type PriceBook, type PriceQuestion } from "./price-book.ts";
export { priceRecord, type PriceRecord } from "./price-record.ts";
export { inputTokensOf, priceOf, type PriceSet, type PriceTier } from "./price-set.ts";
export type { CatalogueModel, CataloguePrice, Price, PriceOverride, PriceSchedule, PriceSource } from "./price.ts";
export { setPrice, setPriceInput, setPriceOutput, type SetPriceInput } from "./set-price.ts";

export { boundOf, dearestClass, dearestPrice, unpriced } from "./bound-of.ts";
export { costOf, type Cost } from "./cost-of.ts";
export { foldPriceIds, unfoldPriceIds } from "./fold-price-ids.ts";
export { importCatalogue } from "./import-catalogue.ts";
export {
  listPrices,
  listPricesInput,
  listPricesOf,
  listPricesOutput,
  type ListPricesInput,
  type ListPricesOutput,
} from "./list-prices.ts";
export { loadPriceBook, priceBookTopics } from "./load-price-book.ts";
export { createPriceBook, type PriceBook, type PriceQuestion } from "./price-book.ts";
export { type PriceRecord } from "./price-record.ts";
export { inputTokensOf, priceOf, type PriceSet, type PriceTier } from "./price-set.ts";
export type { CatalogueModel, CataloguePrice, Price, PriceOverride, PriceSchedule, PriceSource } from "./price.ts";
export { setPrice, setPriceAsOperator, setPriceInput, setPriceOutput, type SetPriceInput } from "./set-price.ts";

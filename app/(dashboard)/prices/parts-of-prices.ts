// What the page of prices shows later, in one module: it shares most of its script.
export { ModelPrices } from "./model-prices.tsx";
export { PriceChanges } from "./price-changes.tsx";
export { UnpricedCard } from "./unpriced-card.tsx";

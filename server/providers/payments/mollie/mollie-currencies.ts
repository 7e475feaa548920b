import type { Currency } from "../../../contracts/currency.ts";
import type { CurrencyRules } from "../../../contracts/payments/convert-money.ts";

// https://docs.mollie.com/docs/multicurrency, with its decimal places: HUF has two here, though PayPal takes whole forints.
const twoDecimals = [
  "AED", "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN",
  "RON", "SEK", "SGD", "THB", "USD", "ZAR",
] as const satisfies readonly Currency[]; // oxfmt-ignore

const withoutDecimals = ["ISK", "JPY"] as const satisfies readonly Currency[];

/** How Mollie counts each currency that it takes. TWD, which it takes by PayPal alone, is left out until somebody has confirmed how. */
export const mollieCurrencies: CurrencyRules = Object.fromEntries([
  ...twoDecimals.map((currency) => [currency, { digits: 2 }] as const),
  ...withoutDecimals.map((currency) => [currency, { digits: 0 }] as const),
]);

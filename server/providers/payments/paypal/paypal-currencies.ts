import type { Currency } from "../../../contracts/currency.ts";
import type { CurrencyRule, CurrencyRules } from "../../../contracts/payments/convert-money.ts";

// https://developer.paypal.com/api/rest/reference/currency-codes/; BRL, CNY and MYR only between accounts of the country.
const taken = [
  "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP",
  "PLN", "SEK", "SGD", "THB", "TWD", "USD",
] as const satisfies readonly Currency[]; // oxfmt-ignore

/** The same page: "This currency does not support decimals". HUF and TWD have two everywhere else. */
const withoutDecimals: ReadonlySet<Currency> = new Set(["HUF", "JPY", "TWD"] as const);

const ruleOf = (currency: Currency): CurrencyRule => ({ digits: withoutDecimals.has(currency) ? 0 : 2 });

/** How PayPal counts each currency that it takes. */
export const paypalCurrencies: CurrencyRules = Object.fromEntries(
  taken.map((currency) => [currency, ruleOf(currency)]),
);

import type { CurrencyRules } from "../../../contracts/payments/convert-money.ts";

/**
 * The currencies of the countries in which Square takes payments, in smallest units:
 * https://developer.squareup.com/docs/build-basics/common-data-types/working-with-monetary-amounts. Others stay out until
 * somebody has confirmed them.
 */
export const squareCurrencies: CurrencyRules = {
  USD: { digits: 2 },
  CAD: { digits: 2 },
  AUD: { digits: 2 },
  GBP: { digits: 2 },
  EUR: { digits: 2 },
  JPY: { digits: 0 },
};

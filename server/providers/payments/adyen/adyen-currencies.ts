import type { CurrencyRules } from "../../../contracts/payments/convert-money.ts";

/**
 * https://docs.adyen.com/development-resources/currency-codes: in its own minor units, which differ from ISO 4217 for CLP, ISK,
 * CVE and IDR. To confirm: all that are not here, among them the other currencies of three digits and MGA, TWD and UGX.
 */
export const adyenCurrencies: CurrencyRules = {
  USD: { digits: 2 },
  EUR: { digits: 2 },
  GBP: { digits: 2 },
  CHF: { digits: 2 },
  SEK: { digits: 2 },
  NOK: { digits: 2 },
  DKK: { digits: 2 },
  PLN: { digits: 2 },
  CZK: { digits: 2 },
  HUF: { digits: 2 },
  CAD: { digits: 2 },
  AUD: { digits: 2 },
  NZD: { digits: 2 },
  SGD: { digits: 2 },
  HKD: { digits: 2 },
  JPY: { digits: 0 },
  KRW: { digits: 0 },
  DJF: { digits: 0 },
  CVE: { digits: 0 },
  IDR: { digits: 0 },
  CLP: { digits: 2 },
  ISK: { digits: 2 },
  BHD: { digits: 3 },
};

import type { Currency } from "../../contracts/currency.ts";

/**
 * More than a unit of a currency has been worth in dollars on any day since 2000, by the reference rates of the European
 * Central Bank (https://data.ecb.europa.eu/data/datasets/EXR): the year of the highest rate stands behind each. A ceiling
 * bounds a fee on any day; a rate of the day would be stale on the next. Currencies that are not here have no bundled fee.
 */
export const currencyCeilings: Readonly<Partial<Record<Currency, number>>> = {
  USD: 1,
  EUR: 1.65, // 2008
  GBP: 2.15, // 2007
  CHF: 1.45, // 2011
  CAD: 1.12, // 2007
  AUD: 1.13, // 2011
  NZD: 0.95, // 2011
  JPY: 0.0137, // 2011
  SEK: 0.18, // 2008
  NOK: 0.21, // 2008
  DKK: 0.23, // 2008
  PLN: 0.52, // 2008
  CZK: 0.074, // 2008
  HUF: 0.0074, // 2008
  SGD: 0.86, // 2011
  HKD: 0.131, // pegged
  INR: 0.026, // 2008, by the Reserve Bank of India: the reference rates of the bank above begin in 2009
};

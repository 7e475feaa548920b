import { z } from "zod";

/**
 * The currencies of ISO 4217 in which people pay, by the digits of their minor unit. Funds, metals, testing codes and what
 * has been withdrawn (BGN and HRK for the euro, ANG for XCG, ZWL for ZWG) are not among them.
 * https://www.six-group.com/en/products-services/financial-information/data-standards.html
 */
const byDigits = {
  0: ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"],
  // oxfmt-ignore
  2: [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND", "BOB", "BRL", "BSD", "BTN",
    "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB",
    "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR",
    "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
    "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN",
    "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VED", "VES", "WST",
    "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
  ],
  3: ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"],
} as const;

/** Every currency, by its code. */
export const currencies = [...byDigits[0], ...byDigits[2], ...byDigits[3]] as const;

/** A currency by its code in ISO 4217. */
export const Currency = z.enum(currencies).describe("ISO 4217, in capitals: USD");
export type Currency = z.infer<typeof Currency>;

const digitsOf = (): Readonly<Record<Currency, 0 | 2 | 3>> => {
  const entries = ([0, 2, 3] as const).flatMap((digits) =>
    byDigits[digits].map((code): [Currency, 0 | 2 | 3] => [code, digits]),
  );
  // Every code of `currencies` comes from one of the three lists.
  return Object.fromEntries(entries) as Record<Currency, 0 | 2 | 3>;
};

/** The digits behind the point of a currency's amounts, by ISO 4217; vendors count otherwise here and there. */
export const minorDigits = digitsOf();

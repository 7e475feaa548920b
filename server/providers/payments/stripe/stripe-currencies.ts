import { currencies, minorDigits, type Currency } from "../../../contracts/currency.ts";
import type { CurrencyRule, CurrencyRules } from "../../../contracts/payments/convert-money.ts";

// https://docs.stripe.com/currencies#zero-decimal
const withoutDecimals: ReadonlySet<Currency> = new Set([
  "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
] as const); // oxfmt-ignore

/**
 * Counted in hundredths that must be whole: https://docs.stripe.com/currencies#special-cases. UGX stands on both lists, and
 * in practice has two decimals.
 */
const wholeHundredths: ReadonlySet<Currency> = new Set(["ISK", "UGX"] as const);

// https://docs.stripe.com/currencies#three-decimal: the last digit must be 0. IQD and LYD it does not take.
const threeDecimals: ReadonlySet<Currency> = new Set(["BHD", "JOD", "KWD", "OMR", "TND"] as const);

/** On no list of Stripe's presentment currencies, or (CVE) with decimals that nobody has confirmed. */
const notTaken: ReadonlySet<Currency> = new Set([
  "BTN", "CUP", "CVE", "ERN", "GHS", "IQD", "IRR", "KPW", "LYD", "MRU", "SDG", "SSP", "STN", "SVC", "SYP", "TMT", "VED", "VES",
  "ZWG",
] as const); // oxfmt-ignore

const ruleOf = (currency: Currency): CurrencyRule | undefined => {
  if (notTaken.has(currency)) return undefined;
  if (withoutDecimals.has(currency)) return { digits: 0 };
  if (wholeHundredths.has(currency)) return { digits: 2, multipleOf: 100n };
  if (threeDecimals.has(currency)) return { digits: 3, multipleOf: 10n };
  return minorDigits[currency] === 2 ? { digits: 2 } : undefined;
};

/** How Stripe counts each currency that it takes. https://docs.stripe.com/currencies */
export const stripeCurrencies: CurrencyRules = Object.fromEntries(
  currencies.flatMap((currency) => {
    const rule = ruleOf(currency);
    return rule === undefined ? [] : [[currency, rule]];
  }),
);

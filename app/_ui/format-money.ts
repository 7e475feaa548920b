import { currencyDigits } from "./currency-digits.ts";

/** An amount of a currency, in its minor units. */
export interface ShownAmount {
  readonly amount: string;
  readonly currency: string;
}

const nanoDigits = 9;
const unit = 10n ** BigInt(nanoDigits);

const rounded = (nanos: bigint, to: bigint): bigint => ((nanos + to / 2n) / to) * to;

/**
 * From one unit up the digits that the currency has, from a hundredth four, below that the first three that say
 * something. What has no more digits than its currency is always exact.
 */
const precisionOf = (nanos: bigint, digits: number): bigint => {
  if (nanos >= unit) return 10n ** BigInt(nanoDigits - digits);
  if (nanos >= unit / 100n) return unit / 10_000n;
  return 10n ** BigInt(Math.max(nanos.toString().length - 3, 0));
};

const formats = new Map<string, Intl.NumberFormat>();

/** What stands before an amount, and where: the browser knows the signs of currencies. */
const signOf = (currency: string): readonly [string, string] => {
  const format =
    formats.get(currency) ?? new Intl.NumberFormat("en-US", { style: "currency", currency, maximumFractionDigits: 0 });
  formats.set(currency, format);
  const parts = format.formatToParts(0).map(({ type, value }) => (type === "integer" ? "0" : value));
  const at = parts.indexOf("0");
  return [parts.slice(0, at).join(""), parts.slice(at + 1).join("")];
};

/**
 * Money for people, by one rule for what calls cost (nano-USD) and what payments move (minor units):
 * `$1,234.50`, `$0.0312`, `$0.000000275`, `€1,050.00`, `¥1,050`.
 */
export const formatMoney = (money: string | bigint | ShownAmount): string => {
  const ofCurrency = typeof money === "object" ? money : { amount: money, currency: "USD" };
  const { currency } = ofCurrency;
  const digits = currencyDigits(currency);
  const exact = BigInt(ofCurrency.amount) * (typeof money === "object" ? 10n ** BigInt(nanoDigits - digits) : 1n);
  const nanos = exact < 0n ? -exact : exact;
  const shown = rounded(nanos, precisionOf(nanos, digits));
  const fraction = (shown % unit).toString().padStart(nanoDigits, "0").replace(/0+$/, "").padEnd(digits, "0");
  const [before, after] = signOf(currency);
  const number = `${(shown / unit).toLocaleString("en-US")}${fraction === "" ? "" : `.${fraction}`}`;
  return `${exact < 0n ? "-" : ""}${before}${number}${after}`;
};

/** The exact amount, for titles. */
export const exactMoney = (nanoUsd: string | bigint): string => `${BigInt(nanoUsd).toLocaleString("en-US")} nano-USD`;

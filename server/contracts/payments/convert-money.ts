import { minorDigits, type Currency } from "../currency.ts";

/** How a vendor counts a currency. A currency without a rule is one that it does not take, or of which nobody has confirmed how. */
export interface CurrencyRule {
  /** Digits behind the point in the vendor's own units. */
  readonly digits: 0 | 2 | 3;
  /** The vendor's own units must be a multiple of it. */
  readonly multipleOf?: bigint;
}

/** All the currencies of a vendor. */
export type CurrencyRules = Readonly<Partial<Record<Currency, CurrencyRule>>>;

/** Why an amount cannot be said in a vendor's units. */
export type Inexact = "currency" | "remainder" | "multiple";

/** An amount in a vendor's own units, or why there is none. */
export type Converted = { readonly units: bigint } | { readonly refused: Inexact };

const powerOf = (digits: number): bigint => 10n ** BigInt(digits);

/** ISO minor units in a vendor's own; exact, or none. Nothing is ever rounded. */
export const toVendorUnits = (amount: bigint, currency: Currency, rules: CurrencyRules): Converted => {
  const rule = rules[currency];
  if (rule === undefined) return { refused: "currency" };
  const scaled = amount * powerOf(rule.digits);
  const divisor = powerOf(minorDigits[currency]);
  if (scaled % divisor !== 0n) return { refused: "remainder" };
  const units = scaled / divisor;
  return rule.multipleOf !== undefined && units % rule.multipleOf !== 0n ? { refused: "multiple" } : { units };
};

/** A vendor's own units in ISO minor units; undefined where they do not come out whole. */
export const fromVendorUnits = (units: bigint, currency: Currency, rules: CurrencyRules): bigint | undefined => {
  const rule = rules[currency];
  if (rule === undefined) return undefined;
  const scaled = units * powerOf(minorDigits[currency]);
  const divisor = powerOf(rule.digits);
  return scaled % divisor === 0n ? scaled / divisor : undefined;
};

/** The same of an amount that was found to be exact before. */
export const exactVendorUnits = (amount: bigint, currency: Currency, rules: CurrencyRules): bigint => {
  const converted = toVendorUnits(amount, currency, rules);
  if ("units" in converted) return converted.units;
  throw new RangeError(`${amount} ${currency} cannot be said exactly: ${converted.refused}`);
};

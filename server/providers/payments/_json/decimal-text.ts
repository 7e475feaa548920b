import { Currency } from "../../../contracts/currency.ts";
import { exactVendorUnits, fromVendorUnits, type CurrencyRules } from "../../../contracts/payments/convert-money.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { Amount } from "../../../contracts/payments/payment-act.ts";

const withPoint = (units: bigint, digits: number): string => {
  if (digits === 0) return units.toString();
  const text = units.toString().padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

/** An amount that was found to be exact before, as decimal text with just the digits that the vendor's currency has. */
export const decimalText = ({ amount, currency }: Amount, rules: CurrencyRules): string =>
  withPoint(exactVendorUnits(amount, currency, rules), rules[currency]?.digits ?? 0);

/** Decimal text in the vendor's own units; undefined where it has more digits than the currency. */
const unitsOf = (value: string, digits: number): bigint | undefined => {
  const [, whole = "", fraction = ""] = /^(\d{1,24})?(?:\.(\d{1,24}))?$/.exec(value) ?? [];
  if (whole === "" && fraction === "") return undefined;
  const kept = fraction.slice(0, digits).padEnd(digits, "0");
  return /^0*$/.test(fraction.slice(digits)) ? BigInt(`${whole}${kept}` || "0") : undefined;
};

/** Decimal text in ISO minor units; null where it is no amount, or none that is whole. */
export const moneyOfDecimal = (
  value: string | undefined,
  code: string | undefined,
  rules: CurrencyRules,
): MovedMoney | null => {
  const currency = Currency.safeParse(code).data;
  const rule = currency && rules[currency];
  if (currency === undefined || rule === undefined) return null;
  const units = unitsOf(value ?? "", rule.digits);
  const amount = units === undefined ? undefined : fromVendorUnits(units, currency, rules);
  return amount === undefined ? null : { amount: amount.toString(), currency };
};

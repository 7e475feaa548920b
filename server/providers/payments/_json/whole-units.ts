import { Currency } from "../../../contracts/currency.ts";
import { exactVendorUnits, fromVendorUnits, type CurrencyRules } from "../../../contracts/payments/convert-money.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { Amount } from "../../../contracts/payments/payment-act.ts";

/** An amount that was found to be exact before, in a vendor's smallest units. Far below 2⁵³: amounts have at most twelve digits. */
export const wholeUnits = ({ amount, currency }: Amount, rules: CurrencyRules): number =>
  Number(exactVendorUnits(amount, currency, rules));

/** A vendor's smallest units in ISO minor units; null where they are no whole number, or of no currency that it takes. */
export const moneyOfUnits = (units: unknown, code: string | undefined, rules: CurrencyRules): MovedMoney | null => {
  const currency = Currency.safeParse(code).data;
  if (currency === undefined || typeof units !== "number" || !Number.isSafeInteger(units) || units < 0) return null;
  const amount = fromVendorUnits(BigInt(units), currency, rules);
  return amount === undefined ? null : { amount: amount.toString(), currency };
};

import { Currency } from "../../../contracts/currency.ts";
import { exactVendorUnits, fromVendorUnits } from "../../../contracts/payments/convert-money.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { Amount } from "../../../contracts/payments/payment-act.ts";
import { recordAt, wordAt } from "../../_wire/json.ts";
import { paypalCurrencies } from "./paypal-currencies.ts";

/** Money as PayPal writes it. */
export interface PaypalMoney {
  readonly currency_code: string;
  readonly value: string;
}

const withPoint = (units: bigint, digits: number): string => {
  if (digits === 0) return units.toString();
  const text = units.toString().padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

/** An amount that was found to be exact before, as PayPal's decimal text. */
export const paypalMoney = ({ amount, currency }: Amount): PaypalMoney => ({
  currency_code: currency,
  value: withPoint(exactVendorUnits(amount, currency, paypalCurrencies), paypalCurrencies[currency]?.digits ?? 0),
});

/** PayPal's decimal text in its own units; undefined where it has more digits than the currency. */
const unitsOf = (value: string, digits: number): bigint | undefined => {
  const [, whole = "", fraction = ""] = /^(\d{1,24})?(?:\.(\d{1,24}))?$/.exec(value) ?? [];
  if (whole === "" && fraction === "") return undefined;
  const kept = fraction.slice(0, digits).padEnd(digits, "0");
  return /^0*$/.test(fraction.slice(digits)) ? BigInt(`${whole}${kept}` || "0") : undefined;
};

/** An amount of PayPal's in ISO minor units; null where it tells none, or none that is whole. */
export const moneyAt = (value: unknown, key: string): MovedMoney | null => {
  const money = recordAt(value, key);
  const currency = Currency.safeParse(wordAt(money, "currency_code")).data;
  const rule = currency && paypalCurrencies[currency];
  if (currency === undefined || rule === undefined) return null;
  const units = unitsOf(wordAt(money, "value") ?? "", rule.digits);
  const amount = units === undefined ? undefined : fromVendorUnits(units, currency, paypalCurrencies);
  return amount === undefined ? null : { amount: amount.toString(), currency };
};

/** The sum of amounts in one currency; null where one of them is none, or they are of several. */
export const sumOfMoney = (
  amounts: readonly (MovedMoney | null)[],
  currency: Currency | undefined,
): MovedMoney | null => {
  if (currency === undefined) return null;
  let sum = 0n;
  for (const one of amounts) {
    if (one?.currency !== currency) return null;
    sum += BigInt(one.amount);
  }
  return { amount: sum.toString(), currency };
};

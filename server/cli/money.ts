import { Currency, minorDigits } from "../contracts/currency.ts";
import { CliError } from "./cli-error.ts";

interface WrittenMoney {
  readonly amount: string;
  readonly currency: Currency;
}

/** `50000:USD`, in minor units. */
export const readMoney = (option: string, text: string): WrittenMoney => {
  const [, amount, code] = /^(\d{1,12}):([A-Z]{3})$/.exec(text) ?? [];
  const currency = Currency.safeParse(code);
  if (amount === undefined || !currency.success)
    throw new CliError(`--${option} takes minor units and a currency, for example 50000:USD, not "${text}".`);
  return { amount, currency: currency.data };
};

/** Minor units for people: `10.50 USD`. */
export const showMoney = (money: { readonly amount: string; readonly currency: string } | null): string => {
  if (money === null) return "–";
  const currency = Currency.safeParse(money.currency);
  const digits = currency.success ? minorDigits[currency.data] : 0;
  const units = money.amount.padStart(digits + 1, "0");
  const shown = digits === 0 ? units : `${units.slice(0, -digits)}.${units.slice(-digits)}`;
  return `${shown} ${money.currency}`;
};

import { currencyDigits } from "./currency-digits.ts";
import type { ShownAmount } from "./format-money.ts";

/** Minor units of what a person wrote, such as `10.50` or `1,050`; undefined where it is no amount of the currency above zero. */
export const parseAmount = (text: string, currency: string): string | undefined => {
  const digits = currencyDigits(currency);
  const [, grouped, fraction = ""] = /^(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (grouped === undefined || fraction.length > digits) return undefined;
  const minor = BigInt(grouped.replaceAll(",", "") + fraction.padEnd(digits, "0"));
  return minor > 0n && minor < 1_000_000_000_000n ? minor.toString() : undefined;
};

/** An amount as it is typed: without grouping and currency. */
export const amountText = ({ amount, currency }: ShownAmount): string => {
  const digits = currencyDigits(currency);
  const units = amount.padStart(digits + 1, "0");
  return digits === 0 ? units : `${units.slice(0, -digits)}.${units.slice(-digits)}`;
};

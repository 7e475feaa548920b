import { unprocessable } from "./paypal-refusal.ts";

/** Money as PayPal writes it. */
export interface PaypalAmount {
  readonly currency_code: string;
  readonly value: string;
}

/** The same in the currency's smallest unit. */
export interface Units {
  readonly units: number;
  readonly currency: string;
}

const withoutDecimals: ReadonlySet<string> = new Set(["HUF", "JPY", "TWD"]);

// oxfmt-ignore
const taken: ReadonlySet<string> = new Set([
  "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP",
  "PLN", "SEK", "SGD", "THB", "TWD", "USD",
]);

const digitsOf = (currency: string): number => (withoutDecimals.has(currency) ? 0 : 2);

/** An amount that is to be paid, or why it is none: https://developer.paypal.com/api/rest/reference/currency-codes/ */
export const paypalUnits = ({ currency_code: currency, value }: PaypalAmount, field: string): Units => {
  if (!taken.has(currency)) throw unprocessable("INVALID_CURRENCY_CODE", `${field}/currency_code`);
  const [whole = "", fraction = ""] = value.split(".");
  if (value.startsWith("-") || /^[0.]*$/.test(value))
    throw unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE", `${field}/value`);
  const digits = digitsOf(currency);
  if (digits === 0 && fraction !== "") throw unprocessable("DECIMALS_NOT_SUPPORTED", `${field}/value`);
  if (fraction.length > digits) throw unprocessable("DECIMAL_PRECISION", `${field}/value`);
  const units = Number(`${whole}${fraction.padEnd(digits, "0")}`);
  if (units > 9_999_999_999) throw unprocessable("MAX_VALUE_EXCEEDED", `${field}/value`);
  return { units, currency };
};

export const amountOf = ({ units, currency }: Units): PaypalAmount => {
  const digits = digitsOf(currency);
  return { currency_code: currency, value: (units / 10 ** digits).toFixed(digits) };
};

/** What PayPal takes of a payment within the United States. */
export const paypalFee = (units: number): number => Math.round(units * 0.0349) + 49;

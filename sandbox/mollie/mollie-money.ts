import { mollieRefusal } from "./mollie-refusal.ts";

/** Money as Mollie writes it. */
export interface MollieAmount {
  readonly currency: string;
  readonly value: string;
}

/** The same in the currency's smallest unit. */
export interface MollieUnits {
  readonly units: number;
  readonly currency: string;
}

// https://docs.mollie.com/docs/multicurrency
// oxfmt-ignore
const twoDecimals: ReadonlySet<string> = new Set([
  "AED", "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN",
  "RON", "SEK", "SGD", "THB", "USD", "ZAR",
]);
const withoutDecimals: ReadonlySet<string> = new Set(["ISK", "JPY"]);

const digitsOf = (currency: string): number => (withoutDecimals.has(currency) ? 0 : 2);

/** An amount with just the decimals of its currency, or why it is none. */
export const mollieUnits = ({ currency, value }: MollieAmount, field: string): MollieUnits => {
  if (!twoDecimals.has(currency) && !withoutDecimals.has(currency))
    throw mollieRefusal(422, "The currency is not supported", `${field}.currency`);
  const digits = digitsOf(currency);
  const form = digits === 0 ? /^[1-9]\d{0,11}$/ : /^(?:0|[1-9]\d{0,11})\.\d{2}$/;
  if (!form.test(value)) throw mollieRefusal(422, "The amount contains an invalid value", `${field}.value`);
  const units = Number(value.replace(".", ""));
  if (units === 0) throw mollieRefusal(422, "The amount is lower than the minimum", field);
  return { units, currency };
};

export const mollieAmount = ({ units, currency }: MollieUnits): MollieAmount => {
  const digits = digitsOf(currency);
  return { currency, value: (units / 10 ** digits).toFixed(digits) };
};

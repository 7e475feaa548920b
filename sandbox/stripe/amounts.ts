import { invalidRequest } from "./stripe-refusal.ts";

const thousandths: ReadonlySet<string> = new Set(["bhd", "jod", "kwd", "omr", "tnd"]);
const wholeHundredths: ReadonlySet<string> = new Set(["isk", "ugx"]);

// oxfmt-ignore
const taken: ReadonlySet<string> = new Set([
  "usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "jpy", "sek", "nok", "dkk", "pln", "czk", "huf", "sgd", "hkd", "isk", "ugx",
  "bhd", "jod", "kwd", "omr", "tnd", "mga", "clp", "krw", "vnd", "inr", "mxn", "brl", "twd", "idr",
]);

/** Charges below this are refused, in a currency that has a minimum: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const least: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50, sek: 300, dkk: 250 };

export const requireCurrency = (currency: string, param: string): void => {
  if (!taken.has(currency))
    throw invalidRequest(`Invalid currency: ${currency}.`, { param, code: "parameter_invalid" });
};

/** Stripe's own units of a charge, as its pages on currencies want them. */
export const requireAmount = (amount: number, currency: string, param: string): void => {
  requireCurrency(currency, "currency");
  if (thousandths.has(currency) && amount % 10 !== 0)
    throw invalidRequest("The last digit of a three-decimal amount must be 0.", { param, code: "parameter_invalid" });
  if (wholeHundredths.has(currency) && amount % 100 !== 0)
    throw invalidRequest(`Amounts of ${currency} are whole.`, { param, code: "parameter_invalid" });
  if (amount < (least[currency] ?? 1))
    throw invalidRequest("The amount is too small.", { param, code: "amount_too_small" });
  if (amount > 99_999_999)
    throw invalidRequest("Amount must be no more than 999,999.99.", { param, code: "amount_too_large" });
};

/** What Stripe takes of a card of the account's country. */
export const feeOf = (amount: number): number => Math.round(amount * 0.029) + 30;

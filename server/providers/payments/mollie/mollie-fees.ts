import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/**
 * More than the dearest line of its price list for a card of a company or from elsewhere (3.25 %), with a conversion of the
 * currency on top (2.5 %). Second-hand, as others repeat the list; compare it with your own account's.
 */
const percent = "6.0";

/** What Mollie takes of a payment, at most: the fixed part by currency, where it is some € 0.35 or more. The API does not tell what was taken. */
export const mollieFees: FeeSchedule = {
  source: "https://www.mollie.com/pricing",
  asOf: "2026-11-29",
  payments: [
    { currency: "EUR", percent, fixed: 45 },
    { currency: "USD", percent, fixed: 50 },
    { currency: "GBP", percent, fixed: 40 },
    { currency: "CHF", percent, fixed: 45 },
    { currency: "CAD", percent, fixed: 70 },
    { currency: "AUD", percent, fixed: 75 },
    { currency: "NZD", percent, fixed: 80 },
    { currency: "JPY", percent, fixed: 80 },
    { currency: "SEK", percent, fixed: 510 },
    { currency: "NOK", percent, fixed: 520 },
    { currency: "DKK", percent, fixed: 340 },
    { currency: "PLN", percent, fixed: 200 },
    { currency: "CZK", percent, fixed: 1_150 },
    { currency: "HUF", percent, fixed: 18_000 },
    { currency: "SGD", percent, fixed: 70 },
    { currency: "HKD", percent, fixed: 400 },
  ],
};

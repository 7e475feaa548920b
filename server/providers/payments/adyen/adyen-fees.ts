import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/** More than its list has for a card of elsewhere: interchange and scheme fees of some 3.3 %, and 0.6 % on top. Second-hand; compare it with your own contract. */
const percent = "5.0";

/** What Adyen takes of a payment, at most: the fixed part by currency. What was taken is on reports alone. */
export const adyenFees: FeeSchedule = {
  source: "https://www.adyen.com/pricing",
  asOf: "2026-11-29",
  payments: [
    { currency: "USD", percent, fixed: 20 },
    { currency: "EUR", percent, fixed: 20 },
    { currency: "GBP", percent, fixed: 20 },
    { currency: "CHF", percent, fixed: 20 },
    { currency: "CAD", percent, fixed: 25 },
    { currency: "AUD", percent, fixed: 30 },
    { currency: "NZD", percent, fixed: 30 },
    { currency: "JPY", percent, fixed: 30 },
    { currency: "SEK", percent, fixed: 200 },
    { currency: "NOK", percent, fixed: 200 },
    { currency: "DKK", percent, fixed: 130 },
    { currency: "PLN", percent, fixed: 80 },
    { currency: "CZK", percent, fixed: 450 },
    { currency: "HUF", percent, fixed: 7_000 },
    { currency: "SGD", percent, fixed: 30 },
    { currency: "HKD", percent, fixed: 160 },
  ],
};

import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/**
 * More than the dearest line of the price lists for a payment from another country with a conversion on top: 3.49 %, 1.5 %
 * and 4 % in the United States, up to 5.4 % with 4 % elsewhere. These are second-hand, as others repeat the lists of
 * PayPal's countries; compare them with your own account's.
 */
const percent = "9.9";

/**
 * What PayPal takes of a payment, at most, by its price lists: the fixed part by currency. What was taken is on the
 * payment's capture. Currencies without a ceiling in dollars are left to operators.
 */
export const paypalFees: FeeSchedule = {
  source: "https://www.paypal.com/us/webapps/mpp/merchant-fees",
  asOf: "2026-11-29",
  payments: [
    { currency: "USD", percent, fixed: 49 },
    { currency: "EUR", percent, fixed: 39 },
    { currency: "GBP", percent, fixed: 39 },
    { currency: "CHF", percent, fixed: 49 },
    { currency: "CAD", percent, fixed: 59 },
    { currency: "AUD", percent, fixed: 59 },
    { currency: "NZD", percent, fixed: 69 },
    { currency: "JPY", percent, fixed: 49 },
    { currency: "SEK", percent, fixed: 409 },
    { currency: "NOK", percent, fixed: 390 },
    { currency: "DKK", percent, fixed: 290 },
    { currency: "PLN", percent, fixed: 189 },
    { currency: "CZK", percent, fixed: 1_000 },
    { currency: "HUF", percent, fixed: 14_900 },
    { currency: "SGD", percent, fixed: 69 },
    { currency: "HKD", percent, fixed: 379 },
  ],
};

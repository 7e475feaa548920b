import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/**
 * More than the dearest rate for a card with a foreign card and a conversion on top: 3.4 %, 1 % and 2 % in Singapore. These
 * are second-hand, as others repeat the price lists of Stripe's countries; compare them with your own account's.
 */
const percent = "6.5";

/**
 * What Stripe takes of a card payment, at most, by its price lists: the fixed part by currency. The rate depends on the
 * country of the account and of the card, which nobody knows before the payment, so that this bounds it; what was taken is
 * on the payment's balance transaction.
 */
export const stripeFees: FeeSchedule = {
  source: "https://stripe.com/pricing",
  asOf: "2026-11-29",
  payments: [
    { currency: "USD", percent, fixed: 30 },
    { currency: "EUR", percent, fixed: 30 },
    { currency: "GBP", percent, fixed: 30 },
    { currency: "CHF", percent, fixed: 30 },
    { currency: "CAD", percent, fixed: 30 },
    { currency: "AUD", percent, fixed: 30 },
    { currency: "NZD", percent, fixed: 30 },
    { currency: "JPY", percent, fixed: 40 },
    { currency: "SEK", percent, fixed: 300 },
    { currency: "NOK", percent, fixed: 300 },
    { currency: "DKK", percent, fixed: 200 },
    { currency: "PLN", percent, fixed: 120 },
    { currency: "CZK", percent, fixed: 700 },
    { currency: "HUF", percent, fixed: 10_000 },
    { currency: "SGD", percent, fixed: 50 },
    { currency: "HKD", percent, fixed: 250 },
  ],
};

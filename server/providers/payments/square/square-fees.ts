import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/** More than its list has for a card that is not present, with a foreign card on top: 3.5 % and 1.5 %. Second-hand; compare it with your own account's. */
const percent = "5.5";

/** What Square takes of a payment, at most, by its price lists: the fixed part by currency. What was taken is on the payment. */
export const squareFees: FeeSchedule = {
  source: "https://squareup.com/us/en/payments/our-fees",
  asOf: "2026-11-29",
  payments: [
    { currency: "USD", percent, fixed: 30 },
    { currency: "CAD", percent, fixed: 30 },
    { currency: "AUD", percent, fixed: 30 },
    { currency: "GBP", percent, fixed: 25 },
    { currency: "EUR", percent, fixed: 25 },
    { currency: "JPY", percent, fixed: 40 },
  ],
};

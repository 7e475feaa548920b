import type { FeeSchedule } from "../../../contracts/fee-schedule.ts";

/** More than 3 % for international cards, with 18 % tax on the fee. Second-hand; compare it with your own account's. */
const percent = "4.5";

/** What Razorpay takes of a payment, at most. What was taken is on the payment. */
export const razorpayFees: FeeSchedule = {
  source: "https://razorpay.com/pricing/",
  asOf: "2026-11-29",
  payments: [
    { currency: "INR", percent, fixed: 0 },
    { currency: "USD", percent, fixed: 0 },
    { currency: "EUR", percent, fixed: 0 },
    { currency: "GBP", percent, fixed: 0 },
    { currency: "JPY", percent, fixed: 0 },
  ],
};

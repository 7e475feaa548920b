import type { CurrencyRules } from "../../../contracts/payments/convert-money.ts";

/** https://razorpay.com/docs/payments/international-payments/: in smallest units. To confirm: all others, and those of three digits above all. */
export const razorpayCurrencies: CurrencyRules = {
  INR: { digits: 2 },
  USD: { digits: 2 },
  EUR: { digits: 2 },
  GBP: { digits: 2 },
  JPY: { digits: 0 },
};

import { createAdyenEmulator } from "./adyen/adyen-emulator.ts";
import { createMollieEmulator } from "./mollie/mollie-emulator.ts";
import { createPaypalEmulator } from "./paypal/paypal-emulator.ts";
import { createRazorpayEmulator } from "./razorpay/razorpay-emulator.ts";
import { createSquareEmulator } from "./square/square-emulator.ts";
import { createStripeEmulator } from "./stripe/stripe-emulator.ts";

/** The vendors of payments for which the sandbox speaks; adding one is one line. */
export const openPaymentVendors = (now: () => number) => ({
  stripe: createStripeEmulator({ now }),
  paypal: createPaypalEmulator({ now }),
  mollie: createMollieEmulator({ now }),
  square: createSquareEmulator({ now }),
  adyen: createAdyenEmulator({ now }),
  razorpay: createRazorpayEmulator({ now }),
});
export type PaymentVendors = ReturnType<typeof openPaymentVendors>;

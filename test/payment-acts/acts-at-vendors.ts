import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { actsAtAdyen } from "./acts-at-adyen.ts";
import { actsAtMollie } from "./acts-at-mollie.ts";
import { actsAtPaypal } from "./acts-at-paypal.ts";
import { actsAtRazorpay } from "./acts-at-razorpay.ts";
import { actsAtSquare } from "./acts-at-square.ts";
import { actsAtStripe } from "./acts-at-stripe.ts";
import type { ActsAtVendor } from "./payment-acts.ts";

/** What is tried at each vendor of payments; adding one is one line. */
export const actsAtVendors: Readonly<Record<string, (sandbox: Sandbox) => ActsAtVendor>> = {
  stripe: actsAtStripe,
  paypal: actsAtPaypal,
  mollie: actsAtMollie,
  square: actsAtSquare,
  adyen: actsAtAdyen,
  razorpay: actsAtRazorpay,
};

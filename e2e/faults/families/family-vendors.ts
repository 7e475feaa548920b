import type { FamilyVendor } from "./family-vendor.ts";
import { mailFamilyVendors } from "./mail-family-vendors.ts";
import { adyenVendor } from "./adyen-vendor.ts";
import { mollieVendor } from "./mollie-vendor.ts";
import { paypalVendor } from "./paypal-vendor.ts";
import { razorpayVendor } from "./razorpay-vendor.ts";
import { squareVendor } from "./square-vendor.ts";
import { stripeVendor } from "./stripe-vendor.ts";

/** The vendors of the campaign: a further one is one more line. */
export const familyVendors: readonly FamilyVendor[] = [
  ...mailFamilyVendors,
  stripeVendor,
  paypalVendor,
  mollieVendor,
  squareVendor,
  adyenVendor,
  razorpayVendor,
];

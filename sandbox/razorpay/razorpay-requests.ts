import { z } from "zod";
import { bodyReader } from "../acting/body-reader.ts";
import { razorpayRefusal } from "./razorpay-store.ts";

/*
 * The requests that the emulator takes, as far as Razorpay's reference lists what Nexus can send; what is not here is refused.
 * https://razorpay.com/docs/api/orders/create, …/api/payments/payment-links/create-standard, …/api/payments/capture,
 * …/api/refunds/create-normal
 */

const amount = z.int().min(1).max(999_999_999_999);
const currency = z.enum(["INR", "USD", "EUR", "GBP", "JPY"]);
const notes = z
  .record(z.string().max(256), z.string().max(256))
  .refine((all) => Object.keys(all).length <= 15, { error: "at most 15" });

export const RazorpayOrderRequest = z.strictObject({
  amount,
  currency,
  receipt: z.string().max(40).optional(),
  payment: z.strictObject({ capture: z.enum(["automatic", "manual"]) }).optional(),
  notes: notes.optional(),
});

export const RazorpayLinkRequest = z.strictObject({
  amount,
  currency,
  reference_id: z.string().min(1).max(40),
  description: z.string().max(2_048).optional(),
  customer: z.strictObject({ email: z.email().optional() }).optional(),
  notify: z.strictObject({ sms: z.boolean(), email: z.boolean() }).optional(),
  callback_url: z.url(),
  callback_method: z.literal("get"),
  expire_by: z.int().optional(),
  notes: notes.optional(),
});

export const RazorpayCaptureRequest = z.strictObject({ amount, currency });

export const RazorpayRefundRequest = z.strictObject({ amount: amount.optional(), notes: notes.optional() });

/** Razorpay's client for Node sends none with what cancels a link. */
export const NoRazorpayBody = z.undefined();

export const readRazorpayBody = bodyReader((field) => razorpayRefusal(400, `The ${field} is invalid.`, field));

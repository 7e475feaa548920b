import { z } from "zod";
import { bodyReader } from "../acting/body-reader.ts";
import { mollieRefusal } from "./mollie-refusal.ts";

/*
 * The requests that the emulator takes: what Mollie's specification lists of what Nexus can send, and a little more. What is
 * not here is refused. https://github.com/mollie/openapi
 */

const amount = z.strictObject({ currency: z.string().length(3), value: z.string().max(16) });
const url = z.url().max(2_048);

/** "Only 1 kB of it": https://docs.mollie.com/reference/create-payment */
const metadata = z
  .unknown()
  .refine((value) => Buffer.byteLength(JSON.stringify(value ?? null)) <= 1_024, { error: "at most 1 kB" });

const line = z.strictObject({
  type: z
    .enum(["physical", "digital", "shipping_fee", "discount", "store_credit", "gift_card", "surcharge"])
    .optional(),
  description: z.string().min(1).max(100),
  quantity: z.int().min(1),
  unitPrice: amount,
  totalAmount: amount,
});

export const PaymentRequest = z.strictObject({
  amount,
  description: z.string().min(1).max(255),
  redirectUrl: url,
  cancelUrl: url.optional(),
  lines: z.array(line).optional(),
  billingAddress: z.strictObject({ email: z.email().max(254).optional() }).optional(),
  customerId: z
    .string()
    .regex(/^cst_\w+$/)
    .optional(),
  captureMode: z.enum(["automatic", "manual"]).optional(),
  sequenceType: z.enum(["oneoff", "first"]).optional(),
  metadata: metadata.optional(),
});
export type PaymentRequest = z.infer<typeof PaymentRequest>;

export const MollieCaptureRequest = z.strictObject({
  amount: amount.optional(),
  description: z.string().max(255).optional(),
  metadata: metadata.optional(),
});

export const MollieRefundRequest = z.strictObject({
  amount,
  description: z.string().max(255).optional(),
  metadata: metadata.optional(),
});

export const MollieCustomerRequest = z.strictObject({
  name: z.string().max(255).optional(),
  email: z.email().max(254).optional(),
  metadata: metadata.optional(),
});

const interval = z.string().regex(/^\d+ (days?|weeks?|months?)$/);

export const MollieSubscriptionRequest = z.strictObject({
  amount,
  interval,
  description: z.string().min(1).max(255),
  metadata: metadata.optional(),
});

export const MollieSubscriptionChange = z.strictObject({
  amount: amount.optional(),
  description: z.string().min(1).max(255).optional(),
  interval: interval.optional(),
  metadata: metadata.optional(),
});

export const NothingAsked = z.strictObject({}).optional();

export const readMollieBody = bodyReader((field) => mollieRefusal(422, `The '${field}' field is invalid`, field));

import { z } from "zod";
import { bodyReader } from "../acting/body-reader.ts";
import { squareRefusal } from "./square-refusal.ts";

/*
 * The requests that the emulator takes: what Square's SDK (API 2026-09-16) and reference list of what Nexus can send. What is
 * not here is refused. https://developer.squareup.com/reference/square
 */

// Where Square takes payments: https://developer.squareup.com/docs/international-development
const money = z.strictObject({
  amount: z.int().min(1).max(9_999_999_999_999),
  currency: z.enum(["USD", "CAD", "AUD", "GBP", "EUR", "JPY"]),
});
const key = (most: number) => z.string().min(1).max(most);
const id = z.string().min(1).max(192);

const order = z.strictObject({
  location_id: z.string().min(1).max(50),
  reference_id: z.string().max(40).optional(),
  customer_id: z.string().max(191).optional(),
  line_items: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(512),
        quantity: z.string().regex(/^[1-9]\d{0,11}$/),
        base_price_money: money,
      }),
    )
    .min(1),
  metadata: z
    .record(z.string().max(60), z.string().max(255))
    .refine((entries) => Object.keys(entries).length <= 10, { error: "at most 10" })
    .optional(),
});

export const SquareOrderRequest = z.strictObject({ idempotency_key: key(192), order });

export const SquareLinkRequest = z.strictObject({
  idempotency_key: key(192),
  description: z.string().max(4_096).optional(),
  order,
  checkout_options: z.strictObject({ redirect_url: z.url().max(2_048).optional() }).optional(),
  pre_populated_data: z.strictObject({ buyer_email: z.email().max(256).optional() }).optional(),
});

export const SquarePaymentRequest = z.strictObject({
  idempotency_key: key(45),
  source_id: z.string().min(1),
  amount_money: money,
  order_id: id,
  location_id: z.string().min(1).max(50),
  reference_id: z.string().max(40).optional(),
  autocomplete: z.boolean().optional(),
});

export const SquareKeyRequest = z.strictObject({ idempotency_key: key(45) });

export const SquareRefundRequest = z.strictObject({
  idempotency_key: key(45),
  payment_id: id,
  amount_money: money,
  reason: z.string().max(192).optional(),
});

export const SquareCustomerRequest = z.strictObject({
  idempotency_key: key(64),
  email_address: z.email().max(254).optional(),
  given_name: z.string().max(300).optional(),
  reference_id: z.string().max(100).optional(),
});

export const SquareOrderSearch = z.strictObject({
  location_ids: z.array(z.string().min(1)).min(1).max(10),
  query: z.strictObject({
    filter: z.strictObject({
      date_time_filter: z.strictObject({ created_at: z.strictObject({ start_at: z.iso.datetime() }) }),
    }),
    sort: z.strictObject({ sort_field: z.literal("CREATED_AT"), sort_order: z.enum(["ASC", "DESC"]) }),
  }),
  cursor: z.string().optional(),
});

export const SquareCustomerSearch = z.strictObject({
  query: z.strictObject({ filter: z.strictObject({ reference_id: z.strictObject({ exact: z.string() }) }) }),
  cursor: z.string().optional(),
});

export const SquareSubscriptionSearch = z.strictObject({
  query: z.strictObject({ filter: z.strictObject({ customer_ids: z.array(z.string()).max(10) }) }),
  cursor: z.string().optional(),
});

export const SquareSubscriptionChange = z.strictObject({
  subscription: z.strictObject({ price_override_money: money }),
});

export const NoSquareFields = z.strictObject({});

/** Square's client for Node sends none with what cancels a payment or a subscription. */
export const NoSquareBody = z.undefined();

export const readSquareBody = bodyReader((field) =>
  squareRefusal(400, "INVALID_VALUE", `Field ${field} is invalid.`, field),
);

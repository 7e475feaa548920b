import { z } from "zod";
import { invalidRequestField, type PaypalRefusal } from "./paypal-refusal.ts";

/*
 * The requests that the emulator takes, with all that PayPal's specifications list of what Nexus can send, and a little more:
 * Orders 2.13, Payments 2.5, Subscriptions 1.6. What is not here is refused.
 */

const text = (most: number) => z.string().min(1).max(most);
const url = z.url().max(4_000);
const money = z.strictObject({
  currency_code: z.string().length(3),
  value: z
    .string()
    .max(32)
    .regex(/^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$/),
});
const email = z
  .string()
  .min(3)
  .max(254)
  .regex(/^[^@\s]+@[^@\s]+$/);
const shipping = z.enum(["GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"]);

const item = z.strictObject({
  name: text(127),
  unit_amount: money,
  quantity: z.string().regex(/^[1-9][0-9]{0,9}$/),
  description: z.string().max(127).optional(),
  sku: z.string().max(127).optional(),
  category: z.enum(["DIGITAL_GOODS", "PHYSICAL_GOODS", "DONATION"]).optional(),
});

const purchaseUnit = z.strictObject({
  reference_id: text(256).optional(),
  description: text(127).optional(),
  custom_id: text(127).optional(),
  invoice_id: text(127).optional(),
  soft_descriptor: text(22).optional(),
  amount: money.extend({ breakdown: z.strictObject({ item_total: money.optional() }).optional() }),
  items: z.array(item).optional(),
});

export const OrderRequest = z.strictObject({
  intent: z.enum(["CAPTURE", "AUTHORIZE"]),
  purchase_units: z.array(purchaseUnit).min(1).max(10),
  payment_source: z
    .strictObject({
      paypal: z.strictObject({
        email_address: email.optional(),
        experience_context: z
          .strictObject({
            brand_name: text(127).optional(),
            locale: z.string().min(2).max(10).optional(),
            shipping_preference: shipping.optional(),
            return_url: url.optional(),
            cancel_url: url.optional(),
            landing_page: z.enum(["LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE"]).optional(),
            user_action: z.enum(["CONTINUE", "PAY_NOW"]).optional(),
            payment_method_preference: z.enum(["UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"]).optional(),
          })
          .optional(),
      }),
    })
    .optional(),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

export const NoFields = z.strictObject({});

export const CaptureRequest = z.strictObject({
  amount: money.optional(),
  invoice_id: text(127).optional(),
  final_capture: z.boolean().optional(),
  note_to_payer: text(255).optional(),
  soft_descriptor: text(22).optional(),
});

export const ReauthorizeRequest = z.strictObject({ amount: money.optional() });

export const RefundRequest = z.strictObject({
  amount: money.optional(),
  custom_id: text(127)
    .regex(/^[A-Za-z0-9-_.,]*$/)
    .optional(),
  invoice_id: text(127).optional(),
  note_to_payer: text(255).optional(),
});

const applicationContext = z.strictObject({
  brand_name: text(127).optional(),
  locale: z.string().min(2).max(10).optional(),
  shipping_preference: shipping.optional(),
  user_action: z.enum(["CONTINUE", "SUBSCRIBE_NOW"]).optional(),
  return_url: url.min(10),
  cancel_url: url.min(10),
});

const quantity = z
  .string()
  .min(1)
  .max(32)
  .regex(/^[0-9]+$/);

export const SubscriptionRequest = z.strictObject({
  plan_id: z.string().min(3).max(50),
  quantity: quantity.optional(),
  custom_id: text(127)
    .regex(/^[\x20-\x7e]+$/)
    .optional(),
  subscriber: z.strictObject({ email_address: email.optional() }).optional(),
  application_context: applicationContext.optional(),
});

export const ReviseRequest = z.strictObject({
  plan_id: z.string().min(3).max(50).optional(),
  quantity: quantity.optional(),
  application_context: applicationContext.optional(),
});

export const ReasonRequest = z.strictObject({ reason: text(128) });

/** In PayPal's words: the issue, and the field as a pointer. */
const refusalOf = ({ issues: [issue] }: z.ZodError): PaypalRefusal => {
  const path = issue?.path ?? [];
  const at = (more: readonly PropertyKey[] = []): string => `/${[...path, ...more].map(String).join("/")}`;
  switch (issue?.code) {
    case "unrecognized_keys":
      return invalidRequestField("INVALID_PARAMETER_SYNTAX", at(issue.keys.slice(0, 1)));
    case "invalid_type":
      return invalidRequestField(
        issue.message.endsWith("undefined") ? "MISSING_REQUIRED_PARAMETER" : "INVALID_PARAMETER_SYNTAX",
        at(),
      );
    case "too_big":
    case "too_small":
      return invalidRequestField("INVALID_STRING_LENGTH", at());
    default:
      return invalidRequestField("INVALID_PARAMETER_VALUE", at());
  }
};

/** A body of the wanted form; what is not, is refused before anything is done or kept. */
export const readBodyAs = <T>(shape: z.ZodType<T>, body: unknown): T => {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  throw refusalOf(read.error);
};

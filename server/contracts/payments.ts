import { z } from "zod";
import { defineOperation } from "./operation.ts";
import {
  CancelAnswer,
  CaptureAnswer,
  CheckoutAnswer,
  CheckoutView,
  OrderAnswer,
  OrderView,
  MadeCheckoutAnswer,
  MadeOrderAnswer,
  MadeRefundAnswer,
  RefundView,
} from "./payments/answers.ts";
import { billing } from "./payments/billing.ts";
import { disputes } from "./payments/disputes.ts";
import { invoices } from "./payments/invoices.ts";
import { links } from "./payments/links.ts";
import {
  CheckoutId,
  CredentialPolicy,
  DryRunFlag,
  holdsCardNumber,
  Line,
  Metadata,
  OrderId,
  plainText,
  ProviderName,
  ProviderObjectId,
  Reference,
  RefundId,
  ReturnUrl,
} from "./payments/input-parts.ts";
import { Money } from "./payments/money.ts";

const creation = {
  reference: Reference,
  metadata: Metadata.optional(),
  provider: ProviderName,
  credentialPolicy: CredentialPolicy,
  dryRun: DryRunFlag,
};

export const CreateCheckoutInput = z.strictObject({
  ...creation,
  mode: z.enum(["payment", "subscription"]),
  lines: z.array(Line).min(1).max(50),
  customer: ProviderObjectId.optional().describe("The vendor's id of a customer"),
  customerEmail: z.email().max(254).optional(),
  successUrl: ReturnUrl,
  cancelUrl: ReturnUrl.optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type CreateCheckoutInput = z.infer<typeof CreateCheckoutInput>;

export const CreateOrderInput = z.strictObject({
  ...creation,
  amount: Money,
  description: plainText(250).optional(),
  capture: z.enum(["auto", "manual"]).default("auto"),
  returnUrl: ReturnUrl.optional().describe("The payer approves on the vendor's page; without it in a form of yours"),
  cancelUrl: ReturnUrl.optional(),
  customerEmail: z.email().max(254).optional(),
});
export type CreateOrderInput = z.infer<typeof CreateOrderInput>;

export const CheckoutOfInput = z.strictObject({ checkoutId: CheckoutId });
export const ExpireCheckoutInput = z.strictObject({ checkoutId: CheckoutId, dryRun: DryRunFlag });
export const CaptureCheckoutInput = z.strictObject({ checkoutId: CheckoutId, dryRun: DryRunFlag });
export const OrderOfInput = z.strictObject({ orderId: OrderId });
export const AuthorizeOrderInput = z.strictObject({
  orderId: OrderId,
  paymentToken: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^[\x21-\x7e]+$/, { error: "what the vendor's form gave" })
    .refine((text) => !holdsCardNumber(text), { error: "no card number" })
    .optional()
    .describe("What the vendor's form in the payer's browser gave, where the order has no page of the vendor's"),
  dryRun: DryRunFlag,
});
export const CaptureOrderInput = z.strictObject({
  orderId: OrderId,
  amount: Money.optional().describe("All of it where absent; what is not captured is given back to the payer"),
  dryRun: DryRunFlag,
});
export const CancelOrderInput = z.strictObject({
  orderId: OrderId,
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer", "abandoned"]).optional(),
  dryRun: DryRunFlag,
});
export const CreateRefundInput = z.strictObject({
  orderId: OrderId.optional(),
  checkoutId: CheckoutId.optional(),
  amount: Money.optional().describe("All that is left where absent"),
  reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
  dryRun: DryRunFlag,
});
export type CreateRefundInput = z.infer<typeof CreateRefundInput>;
export const RefundOfInput = z.strictObject({ refundId: RefundId });

const family = "payments";

/** The operations of the payment family. */
export const payments = {
  createCheckout: defineOperation({
    id: "payments.checkout.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Open a checkout page, for one payment or a subscription",
    input: CreateCheckoutInput,
    output: MadeCheckoutAnswer,
  }),
  getCheckout: defineOperation({
    id: "payments.checkout.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a checkout at its vendor",
    input: CheckoutOfInput,
    output: CheckoutView,
  }),
  expireCheckout: defineOperation({
    id: "payments.checkout.expire",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Close a checkout page, so that nobody can pay on it any more",
    input: ExpireCheckoutInput,
    output: CheckoutAnswer,
  }),
  captureCheckout: defineOperation({
    id: "payments.checkout.capture",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Take what the payer of a checkout has approved, where its `next` is `capture`",
    input: CaptureCheckoutInput,
    output: CheckoutAnswer,
  }),
  createOrder: defineOperation({
    id: "payments.order.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:create",
    summary: "Open an order of one amount",
    input: CreateOrderInput,
    output: MadeOrderAnswer,
  }),
  getOrder: defineOperation({
    id: "payments.order.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read an order at its vendor, with what was captured and refunded",
    input: OrderOfInput,
    output: OrderView,
  }),
  authorizeOrder: defineOperation({
    id: "payments.order.authorize",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Set aside what the payer of an order has approved, where its `next` is `authorize`",
    input: AuthorizeOrderInput,
    output: OrderAnswer,
  }),
  captureOrder: defineOperation({
    id: "payments.order.capture",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Capture an order, where its `next` is `capture`",
    input: CaptureOrderInput,
    output: CaptureAnswer,
  }),
  cancelOrder: defineOperation({
    id: "payments.order.cancel",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Cancel an order that is not captured",
    input: CancelOrderInput,
    output: CancelAnswer,
  }),
  createRefund: defineOperation({
    id: "payments.refund.create",
    family,
    effect: "act",
    permission: "srv_nexus.payments:manage",
    summary: "Refund what was captured, or a part of it",
    input: CreateRefundInput,
    output: MadeRefundAnswer,
  }),
  getRefund: defineOperation({
    id: "payments.refund.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a refund at its vendor",
    input: RefundOfInput,
    output: RefundView,
  }),
  ...billing,
  ...invoices,
  ...disputes,
  ...links,
} as const;

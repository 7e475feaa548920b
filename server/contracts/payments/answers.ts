import { z } from "zod";
import { NexusFacts } from "../nexus-facts.ts";
import { credentialTiers } from "../units.ts";
import { CheckoutId, LinkId, OrderId, RefundId } from "./input-parts.ts";
import { Money, MovedMoney } from "./money.ts";
import {
  VendorCheckout,
  VendorCustomer,
  VendorDispute,
  VendorInvoice,
  VendorLink,
  VendorOrder,
  VendorPortal,
  VendorRefund,
  VendorSubscription,
} from "./vendor-objects.ts";

const provider = (what: string) => z.string().describe(what);

/** A checkout as its vendor shows it now. */
export const CheckoutView = VendorCheckout.extend({
  checkoutId: CheckoutId,
  provider: provider("The vendor on whose page is paid"),
});
export type CheckoutView = z.infer<typeof CheckoutView>;

/** An order as its vendor shows it now. */
export const OrderView = VendorOrder.extend({
  orderId: OrderId,
  provider: provider("The vendor that takes the money"),
});
export type OrderView = z.infer<typeof OrderView>;

/** A refund as its vendor shows it now. */
export const RefundView = VendorRefund.extend({
  refundId: RefundId,
  provider: provider("The vendor that gives the money back"),
});
export type RefundView = z.infer<typeof RefundView>;

/** A subscription as its vendor shows it now. */
export const SubscriptionView = VendorSubscription.omit({ madeFor: true }).extend({
  provider: provider("The vendor that charges it, period by period"),
});
export type SubscriptionView = z.infer<typeof SubscriptionView>;

/** A customer as its vendor shows it now. */
export const CustomerView = VendorCustomer.omit({ madeFor: true }).extend({
  customerId: z.string().describe("The vendor's id of it"),
  provider: provider("The vendor whose customer it is"),
});
export type CustomerView = z.infer<typeof CustomerView>;

/** A page of a customer's subscriptions, newest first. */
export const SubscriptionPage = z.object({
  subscriptions: z.array(SubscriptionView),
  next: z.string().nullable().describe("Pass as `after`; null at the end"),
});
export type SubscriptionPage = z.infer<typeof SubscriptionPage>;

/** A payment link as its vendor shows it now. */
export const LinkView = VendorLink.extend({
  linkId: LinkId,
  provider: provider("The vendor whose page the link opens"),
});
export type LinkView = z.infer<typeof LinkView>;

/** An invoice as its vendor shows it now. */
export const InvoiceView = VendorInvoice.omit({ madeFor: true }).extend({
  invoiceId: z.string().describe("The vendor's id of it"),
  provider: provider("The vendor that writes it"),
});
export type InvoiceView = z.infer<typeof InvoiceView>;

/** A page of invoices, newest first. */
export const InvoicePage = z.object({
  invoices: z.array(InvoiceView),
  next: z.string().nullable().describe("Pass as `after`; null at the end"),
});
export type InvoicePage = z.infer<typeof InvoicePage>;

/** A dispute as its vendor shows it now. */
export const DisputeView = VendorDispute.omit({ madeFor: true }).extend({
  disputeId: z.string().describe("The vendor's id of it"),
  provider: provider("The vendor through which the payer disputes it"),
});
export type DisputeView = z.infer<typeof DisputeView>;

/** All disputes of one payment. */
export const DisputeList = z.object({ disputes: z.array(DisputeView) });
export type DisputeList = z.infer<typeof DisputeList>;

/** What a request to act says of itself, beside what it made. */
const acted = {
  effect: z.literal("done"),
  replayed: z.boolean().describe("The stored answer of an earlier call with this idempotency key"),
  nexus: NexusFacts,
};

/** What would be sent, and the most that it can cost. Nothing was sent, held or locked. */
export const DryRunAnswer = z.object({
  effect: z.literal("none"),
  dryRun: z.literal(true),
  provider: provider("The vendor to which it would be sent"),
  credentialTier: z.enum(credentialTiers),
  boundNanoUsd: z.string().nullable().describe("Nano-USD; null where a price has to be read at the vendor first"),
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
});
export type DryRunAnswer = z.infer<typeof DryRunAnswer>;

const orDryRun = <T extends z.ZodObject<{ effect: z.ZodLiteral<"done"> }>>(answer: T) =>
  z.discriminatedUnion("effect", [answer, DryRunAnswer]);

/** It waits for a person: the same call with the same key gives the result once somebody has approved it. */
export const NeedsApprovalAnswer = z.object({
  effect: z.literal("none"),
  status: z.literal("needs_approval"),
  approvalId: z.string(),
  amount: Money,
  provider: provider("The vendor to which it is sent once it is approved"),
  boundNanoUsd: z
    .string()
    .describe("Nano-USD that will be held for the fee once it is carried out; nothing is held while it waits"),
  expiresAt: z.iso.datetime().describe("Until when somebody can decide"),
});
export type NeedsApprovalAnswer = z.infer<typeof NeedsApprovalAnswer>;

const orApproval = <T extends z.ZodType>(answer: T) => z.union([answer, NeedsApprovalAnswer]);

export const CheckoutAnswer = orDryRun(CheckoutView.extend(acted));
export const OrderAnswer = orDryRun(OrderView.extend(acted));
export const CaptureAnswer = orDryRun(
  OrderView.extend({ ...acted, captureId: z.string().describe("The operation that captured it") }),
);
export const CancelAnswer = orDryRun(
  OrderView.extend({ ...acted, remoteEffect: z.enum(["voided", "none"]).describe("none: closed on our side alone") }),
);
export const CustomerAnswer = orDryRun(CustomerView.extend(acted));
export const PortalAnswer = orDryRun(
  VendorPortal.extend({ ...acted, customerId: z.string(), provider: provider("The vendor whose page it is") }),
);
export const SubscriptionAnswer = orDryRun(SubscriptionView.extend(acted));
export const RefundAnswer = orDryRun(
  RefundView.extend({
    ...acted,
    remaining: MovedMoney.nullable().describe("What can still be refunded; null where this is a stored answer"),
  }),
);

export const LinkAnswer = orDryRun(LinkView.extend(acted));

/** What asks for money to move may have to wait. */
export const MadeCheckoutAnswer = orApproval(CheckoutAnswer);
export const MadeLinkAnswer = orApproval(LinkAnswer);
export const MadeOrderAnswer = orApproval(OrderAnswer);
export const MadeRefundAnswer = orApproval(RefundAnswer);

import { z } from "zod";
import { MovedMoney } from "./money.ts";
import {
  CheckoutStatus,
  DisputeStatus,
  InvoiceStatus,
  NextStep,
  PaymentStatus,
  RefundStatus,
  SubscriptionStatus,
} from "./statuses.ts";

const providerObjectId = z.string().describe("The vendor's id of it");
const providerStatus = z.string().describe("The vendor's own word for its state");

/** A hosted checkout as its vendor shows it. */
export const VendorCheckout = z.object({
  providerObjectId,
  providerStatus,
  status: CheckoutStatus,
  payment: PaymentStatus,
  next: NextStep,
  url: z.url().nullable().describe("Where the payer pays; null once nobody can"),
  total: MovedMoney.nullable().describe("What it comes to; null where the vendor does not say"),
  paymentId: z.string().nullable().describe("The vendor's id of the payment; null before there is one"),
  subscriptionId: z.string().nullable(),
  customerId: z.string().nullable(),
  fee: MovedMoney.nullable().describe("What the vendor took; null until it tells"),
  dispute: DisputeStatus,
  expiresAt: z.iso.datetime().nullable(),
});
export type VendorCheckout = z.infer<typeof VendorCheckout>;

/** How the payer approves an order. */
export const Approval = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("redirect"), url: z.url().describe("Where the payer is sent") }),
  z.object({
    kind: z.literal("client_secret"),
    clientSecret: z.string().describe("For the vendor's own form in the payer's browser; a secret between the two"),
  }),
]);
export type Approval = z.infer<typeof Approval>;

/** An order as its vendor shows it. */
export const VendorOrder = z.object({
  providerObjectId,
  providerStatus,
  status: PaymentStatus,
  amount: MovedMoney.nullable().describe("Null where the vendor's amount is none of the currency's"),
  captured: MovedMoney.nullable(),
  refunded: MovedMoney.nullable(),
  fee: MovedMoney.nullable().describe("What the vendor took; null until it tells"),
  dispute: DisputeStatus,
  next: NextStep,
  approval: Approval.nullable().describe("Null once nobody has to approve any more"),
  paymentId: z.string().nullable().describe("The vendor's id of the payment; null before there is one"),
});
export type VendorOrder = z.infer<typeof VendorOrder>;

/** A refund as its vendor shows it. */
export const VendorRefund = z.object({
  providerObjectId,
  providerStatus,
  status: RefundStatus,
  amount: MovedMoney.nullable(),
});
export type VendorRefund = z.infer<typeof VendorRefund>;

/** Who an object was made for through Nexus, as is written on it. */
export const MadeFor = z.object({ organizationId: z.string(), appId: z.string().nullable() });
export type MadeFor = z.infer<typeof MadeFor>;

const madeFor = MadeFor.nullable().describe("For whom it was made through Nexus; null where it was made beside it");

/** A customer as its vendor shows it. */
export const VendorCustomer = z.object({
  providerObjectId,
  email: z.string().nullable(),
  name: z.string().nullable(),
  madeFor,
});
export type VendorCustomer = z.infer<typeof VendorCustomer>;

/** A page on which a customer looks after cards, invoices and subscriptions. */
export const VendorPortal = z.object({
  providerObjectId,
  url: z.url().describe("Where the customer is sent; for one visit, soon after it was made"),
});
export type VendorPortal = z.infer<typeof VendorPortal>;

/** What is paid again and again for one piece of something. */
export const RecurringPrice = z.object({
  amount: MovedMoney.describe("What one piece costs each time"),
  interval: z.enum(["day", "week", "month", "year"]).describe("The unit in which the time between payments is counted"),
  intervalCount: z.int().min(1).describe("How many of them lie between two payments"),
});
export type RecurringPrice = z.infer<typeof RecurringPrice>;

/** A subscription as its vendor shows it. */
export const VendorSubscription = z.object({
  providerObjectId,
  providerStatus,
  status: SubscriptionStatus,
  customerId: z.string().nullable(),
  cancelAtPeriodEnd: z.boolean(),
  approvalUrl: z.url().nullable().describe("Where the payer approves what was asked for; null where nobody has to"),
  canceledAt: z.iso.datetime().nullable(),
  items: z.array(
    z.object({
      itemId: z.string(),
      priceId: z.string().nullable(),
      price: RecurringPrice.nullable().describe(
        "What it comes to; null where the vendor does not say, or where it depends on what is used",
      ),
      quantity: z.int().nullable(),
      currentPeriodStart: z.iso.datetime().nullable(),
      currentPeriodEnd: z.iso.datetime().nullable(),
    }),
  ),
  madeFor,
});
export type VendorSubscription = z.infer<typeof VendorSubscription>;

/** A page on which many payers can pay the same, as its vendor shows it. */
export const VendorLink = z.object({
  providerObjectId,
  providerStatus,
  active: z.boolean().describe("Somebody can pay on it"),
  url: z.url().nullable().describe("What payers are given; null once nobody can pay on it"),
  total: MovedMoney.nullable().describe("What one payment comes to; null where the vendor does not say"),
  completed: z.int().nullable().describe("Payments so far; null where the vendor does not count them"),
  payments: z.int().nullable().describe("How many it takes at most; null for any number"),
});
export type VendorLink = z.infer<typeof VendorLink>;

const moment = z.iso.datetime().nullable();

/** An invoice as its vendor shows it. */
export const VendorInvoice = z.object({
  providerObjectId,
  providerStatus,
  status: InvoiceStatus,
  number: z.string().nullable().describe("As the customer reads it; null for a draft that has none yet"),
  customerId: z.string().nullable(),
  subscriptionId: z.string().nullable(),
  total: MovedMoney.nullable().describe("Null where it is none of the currency's, or a credit"),
  paid: MovedMoney.nullable(),
  remaining: MovedMoney.nullable().describe("What is still to be paid"),
  url: z.url().nullable().describe("The vendor's page of it for the customer; null where it has none"),
  createdAt: moment,
  dueAt: moment,
  madeFor,
});
export type VendorInvoice = z.infer<typeof VendorInvoice>;

/** A dispute as its vendor shows it. */
export const VendorDispute = z.object({
  providerObjectId,
  providerStatus,
  status: DisputeStatus.describe("none: an inquiry that has ended, or a dispute that was prevented"),
  reason: z.string().nullable().describe("The vendor's own word for it"),
  amount: MovedMoney.nullable(),
  paymentId: z.string().nullable().describe("The vendor's id of the payment that is disputed"),
  customerId: z.string().nullable(),
  createdAt: moment,
  respondBy: moment.describe("Until when an answer is taken; null where none is"),
  madeFor,
});
export type VendorDispute = z.infer<typeof VendorDispute>;

/** Whatever an act of payments makes or changes, by its kind. */
export const VendorObject = z.discriminatedUnion("kind", [
  VendorCheckout.extend({ kind: z.literal("checkout") }),
  VendorOrder.extend({ kind: z.literal("order") }),
  VendorRefund.extend({ kind: z.literal("refund") }),
  VendorCustomer.extend({ kind: z.literal("customer") }),
  VendorPortal.extend({ kind: z.literal("portal") }),
  VendorSubscription.extend({ kind: z.literal("subscription") }),
  VendorLink.extend({ kind: z.literal("link") }),
]);
export type VendorObject = z.infer<typeof VendorObject>;

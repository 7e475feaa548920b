import type { Currency } from "../currency.ts";

/** Minor units of ISO 4217. */
export interface Amount {
  readonly amount: bigint;
  readonly currency: Currency;
}

/** Who an object is made for; written onto it, so that another organization of the same account cannot read it. */
export interface PaymentAttribution {
  readonly organizationId: string;
  readonly appId: string | undefined;
}

/** A price that the vendor keeps, with what it comes to now. */
export interface KeptPrice {
  readonly currency: Currency;
  /** Of one; 0 where nothing is due at once. */
  readonly amount: bigint;
  readonly recurring: boolean;
}

/** One line of a checkout. */
export type CheckoutLine =
  | { readonly priceId: string; readonly quantity: number }
  | { readonly name: string; readonly unit: Amount; readonly quantity: number };

interface Creation {
  readonly reference: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attribution: PaymentAttribution;
}

export interface CreateCheckout extends Creation {
  readonly kind: "checkout.create";
  readonly mode: "payment" | "subscription";
  readonly lines: readonly CheckoutLine[];
  readonly customerId: string | undefined;
  readonly customerEmail: string | undefined;
  readonly successUrl: string;
  readonly cancelUrl: string | undefined;
  /** Ms since the epoch. */
  readonly expiresAt: number | undefined;
}

export interface CreateOrder extends Creation, Amount {
  readonly kind: "order.create";
  readonly description: string | undefined;
  readonly capture: "auto" | "manual";
  /** The payer approves on the vendor's page and comes back here; without it in a form of the app. */
  readonly returnUrl: string | undefined;
  readonly cancelUrl: string | undefined;
  readonly customerEmail: string | undefined;
}

/** An act on what was made before, by the vendor's id of the object. */
export interface ExpireCheckout {
  readonly kind: "checkout.expire";
  readonly objectId: string;
}

/** Takes what the payer of a checkout has approved. */
export interface CaptureCheckout {
  readonly kind: "checkout.capture";
  readonly objectId: string;
}

/** Has the vendor set aside what the payer has approved, to be captured later. */
export interface AuthorizeOrder {
  readonly kind: "order.authorize";
  readonly objectId: string;
  /** What the payer has filled in, where they did so in a form of the app, and what the order comes to. */
  readonly payment?: { readonly source: string; readonly amount: Amount } | undefined;
}

export interface CaptureOrder {
  readonly kind: "order.capture";
  /** The order. */
  readonly objectId: string;
  /** The payment behind it; undefined where it is there once it is captured. */
  readonly paymentId: string | undefined;
  /** All of it where absent. */
  readonly amount: Amount | undefined;
}

export interface CancelOrder {
  readonly kind: "order.cancel";
  /** The order. */
  readonly objectId: string;
  /** The payment behind it, where the payer has approved it. */
  readonly paymentId: string | undefined;
  readonly reason: "duplicate" | "fraudulent" | "requested_by_customer" | "abandoned" | undefined;
}

export interface CreateRefund extends Amount {
  readonly kind: "refund.create";
  /** The order or the checkout that was paid. */
  readonly objectId: string;
  readonly paymentId: string;
  readonly reason: "duplicate" | "fraudulent" | "requested_by_customer" | undefined;
  readonly attribution: PaymentAttribution;
}

/** A page on which any number of payers pay the same. */
export interface CreateLink {
  readonly kind: "link.create";
  readonly mode: "payment" | "subscription";
  readonly lines: readonly CheckoutLine[];
  /** Where payers go afterwards; undefined: they stay on the vendor's page. */
  readonly successUrl: string | undefined;
  /** How many payments it takes. */
  readonly payments: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attribution: PaymentAttribution;
}

export interface DeactivateLink {
  readonly kind: "link.deactivate";
  readonly objectId: string;
}

export interface CreateCustomer {
  readonly kind: "customer.create";
  readonly email: string;
  readonly name: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly attribution: PaymentAttribution;
}

/** A page of the vendor's on which a customer looks after cards, invoices and subscriptions. */
export interface CreatePortal {
  readonly kind: "portal.create";
  readonly customerId: string;
  readonly returnUrl: string;
}

/** Whether what has been paid already is set off: on the next invoice, on one of its own at once, or not at all. */
export type Proration = "next_invoice" | "invoice_now" | "none";

export interface UpdateSubscription {
  readonly kind: "subscription.update";
  readonly subscriptionId: string;
  readonly item:
    | {
        readonly itemId: string;
        readonly priceId: string | undefined;
        readonly quantity: number | undefined;
        /** What is paid each time from now on, at vendors that keep no prices. */
        readonly amount?: Amount | undefined;
      }
    | undefined;
  readonly cancelAtPeriodEnd: boolean | undefined;
  /** Undefined: the vendor's own way. */
  readonly proration: Proration | undefined;
  /** Where a payer who has to approve comes back to. */
  readonly returnUrl: string | undefined;
  readonly cancelUrl: string | undefined;
}

export interface CancelSubscription {
  readonly kind: "subscription.cancel";
  readonly subscriptionId: string;
  readonly at: "now" | "period_end";
  /** Of one that is canceled now: what has been paid and not used is set off. */
  readonly prorate: boolean;
}

/** What a payment vendor can be asked to do. */
export type PaymentAct =
  | CreateCheckout
  | ExpireCheckout
  | CaptureCheckout
  | CreateOrder
  | AuthorizeOrder
  | CaptureOrder
  | CancelOrder
  | CreateRefund
  | CreateLink
  | DeactivateLink
  | CreateCustomer
  | CreatePortal
  | UpdateSubscription
  | CancelSubscription;
export type PaymentActKind = PaymentAct["kind"];

import type { ActingFault } from "../../sandbox/acting/acting-rules.ts";
import type { PaymentEffect } from "../../sandbox/acting/payment-effects.ts";
import type { PaymentAct } from "../../server/contracts/payments/payment-act.ts";
import { paymentsActRequest, type PaymentsActRequest } from "../../server/families/payments/index.ts";

/** What is tried of each vendor. */
export const triedActs = [
  "order",
  "checkout",
  "expiry",
  "authorization",
  "capture",
  "refund",
  "cancel",
  "customer",
  "portal",
  "subscription",
  "subscription end",
  "link",
  "link end",
] as const;
export type TriedAct = (typeof triedActs)[number];

/** An act of each kind that a vendor can do, on an object of its own. */
export type PreparedActs = Partial<Readonly<Record<TriedAct, (reference: string) => Promise<PaymentsActRequest>>>>;

/** A vendor of the sandbox with the acts that are tried at it. */
export interface ActsAtVendor {
  readonly prepared: PreparedActs;
  readonly wire: {
    readonly effects: () => readonly PaymentEffect[];
    readonly setScript: (script: (asked: { key: string | null; path: string }) => ActingFault | undefined) => void;
  };
  /** Faults after which the same request may be made again, and go through. */
  readonly again: readonly ActingFault[];
}

/** Of most vendors. */
export const againAfter = ["in-progress", "maintenance", "drop-before-head", "error-without-field"] as const;

export const triedAttribution = { organizationId: "org_a", appId: undefined };

/** Requests to one vendor, which is named. */
export const actRequestsAt =
  (provider: string) =>
  (act: PaymentAct, operation: PaymentsActRequest["operation"]): PaymentsActRequest =>
    paymentsActRequest({
      operation,
      place: { question: { operation: operation.id, provider } },
      fee: undefined,
      identity: { act: act.kind },
      act,
      claim: async () => undefined,
    });

export const triedOrder = (reference: string, returnUrl?: string): PaymentAct => ({
  kind: "order.create",
  amount: 10_000n,
  currency: "USD",
  reference,
  metadata: {},
  attribution: triedAttribution,
  description: undefined,
  capture: "auto",
  returnUrl,
  cancelUrl: undefined,
  customerEmail: undefined,
});

export const triedCheckout = (reference: string): PaymentAct => ({
  kind: "checkout.create",
  mode: "payment",
  lines: [{ name: "Chairs", unit: { amount: 1_050n, currency: "USD" }, quantity: 1 }],
  reference,
  metadata: {},
  attribution: triedAttribution,
  customerId: undefined,
  customerEmail: undefined,
  successUrl: "https://shop.example/done",
  cancelUrl: undefined,
  expiresAt: undefined,
});

export const triedLink: PaymentAct = {
  kind: "link.create",
  mode: "payment",
  lines: [{ name: "Chairs", unit: { amount: 1_050n, currency: "USD" }, quantity: 1 }],
  successUrl: undefined,
  payments: 3,
  metadata: {},
  attribution: triedAttribution,
};

export const triedCustomer = (reference: string): PaymentAct => ({
  kind: "customer.create",
  email: `${reference}@shop.example`,
  name: undefined,
  metadata: {},
  attribution: triedAttribution,
});

export const triedRefund = {
  amount: 2_500n,
  currency: "USD",
  reason: undefined,
  attribution: triedAttribution,
} as const;

import { hash } from "node:crypto";
import { PaymentEffects } from "../acting/payment-effects.ts";
import type { PaypalAmount, Units } from "./paypal-money.ts";

/** How the payer's account pays: at once, later, not at all, or it takes another try. */
export const fundings = {
  balance: "PayPal balance: pays",
  disputed: "PayPal balance: pays, and complains",
  echeck: "Bank account: is pending for days",
  refused: "Bank account: is declined after the capture",
  declined: "Card: is declined",
} as const;
export type Funding = keyof typeof fundings;

export interface Authorization extends Units {
  readonly id: string;
  readonly createdMs: number;
  status: string;
}

export interface Capture extends Units {
  readonly id: string;
  readonly authorizationId: string | null;
  readonly createdMs: number;
  readonly final: boolean;
  status: string;
}

export interface Refund extends Units {
  readonly id: string;
  readonly captureId: string;
  readonly createdMs: number;
  readonly customId: string | null;
  readonly note: string | null;
  status: string;
}

export interface OrderItem {
  readonly name: string;
  readonly quantity: string;
  readonly unit_amount: PaypalAmount;
}

export interface Order extends Units {
  readonly id: string;
  readonly kind: "order";
  readonly createdMs: number;
  readonly intent: string;
  readonly customId: string | null;
  readonly referenceId: string;
  readonly description: string | null;
  readonly items: readonly OrderItem[];
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  /** The wallet was named when it was made: then the payer has to act. */
  readonly wallet: boolean;
  status: string;
  email: string | null;
  funding: Funding | null;
  readonly authorizations: Authorization[];
  readonly captures: Capture[];
  readonly refunds: Refund[];
}

export interface PaypalPlan {
  readonly id: string;
  readonly name: string;
  readonly price: Units;
  readonly interval: "MONTH" | "YEAR";
  readonly trial: boolean;
}

export interface Subscription {
  readonly id: string;
  readonly kind: "subscription";
  readonly createdMs: number;
  readonly customId: string | null;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
  readonly userAction: string;
  planId: string;
  quantity: number;
  status: string;
  email: string | null;
  note: string | null;
  changedMs: number;
  lastPayment: (Units & { readonly atMs: number }) | null;
  /** What was asked to be changed, and waits for the payer. */
  revision: Revision | null;
}

export interface Revision {
  readonly planId: string;
  readonly quantity: number;
  readonly returnUrl: string | null;
  readonly cancelUrl: string | null;
}

/** An invoice, as somebody wrote it in the dashboard. */
export interface PaypalInvoice extends Units {
  readonly id: string;
  readonly number: string;
  readonly email: string;
  readonly createdMs: number;
  readonly due: string;
  status: string;
  paidUnits: number;
}

export interface PaypalDispute extends Units {
  readonly id: string;
  readonly captureId: string;
  readonly customId: string | null;
  readonly createdMs: number;
  status: string;
  outcome: string | null;
}

/** An order that nobody has approved is forgotten after three hours. */
const forgottenAfterMs = 3 * 3_600_000;

const plans: readonly PaypalPlan[] = [
  {
    id: "P-SANDBOXMONTHLY",
    name: "Sandbox monthly",
    price: { units: 2_000, currency: "USD" },
    interval: "MONTH",
    trial: false,
  },
  {
    id: "P-SANDBOXYEARLY",
    name: "Sandbox yearly",
    price: { units: 20_000, currency: "USD" },
    interval: "YEAR",
    trial: false,
  },
  {
    id: "P-SANDBOXTRIAL",
    name: "Sandbox with a trial",
    price: { units: 2_000, currency: "USD" },
    interval: "MONTH",
    trial: true,
  },
];

const madeUp = (now: number): readonly PaypalInvoice[] =>
  [
    ["PAID", 12_000, 12_000],
    ["PARTIALLY_PAID", 8_000, 3_000],
    ["SENT", 4_500, 0],
  ].map(([status, units, paidUnits], at) => ({
    id: `INV2-SANDBOX-000${at + 1}`,
    number: `SANDBOX-${at + 1}`,
    email: "payer@example.com",
    currency: "USD",
    units: Number(units),
    paidUnits: Number(paidUnits),
    status: String(status),
    createdMs: now + at,
    due: new Date(now + 14 * 86_400_000).toISOString().slice(0, 10),
  }));

const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** All that one account holds. */
export class PaypalStore {
  readonly orders = new Map<string, Order>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly invoices = new Map<string, PaypalInvoice>();
  readonly disputes = new Map<string, PaypalDispute>();
  readonly plans: ReadonlyMap<string, PaypalPlan> = new Map(plans.map((plan) => [plan.id, plan]));
  readonly effects: PaymentEffects;
  readonly now: () => number;
  #serial = 0;

  constructor(now: () => number) {
    this.now = now;
    this.effects = new PaymentEffects(now);
    this.#seed();
  }

  /** Invoices that are there from the start: nothing that Nexus does makes one. */
  #seed(): void {
    for (const invoice of madeUp(this.now())) this.invoices.set(invoice.id, invoice);
  }

  /** Of PayPal's form: seventeen capitals and figures. */
  newId(length = 17): string {
    this.#serial += 1;
    const digest = hash("sha256", `${this.#serial} ${this.now()}`, "buffer");
    return [...digest.subarray(0, length)].map((byte) => alphabet.charAt(byte % alphabet.length)).join("");
  }

  order(id: string): Order | undefined {
    const order = this.orders.get(id);
    if (order === undefined) return undefined;
    const open = ["CREATED", "PAYER_ACTION_REQUIRED"].includes(order.status);
    if (!open || this.now() - order.createdMs < forgottenAfterMs) return order;
    this.orders.delete(id);
    return undefined;
  }

  /** The order that a payment of some kind belongs to. */
  orderWith(has: (order: Order) => boolean): Order | undefined {
    return [...this.orders.values()].find(has);
  }

  clear(): void {
    this.orders.clear();
    this.subscriptions.clear();
    this.invoices.clear();
    this.disputes.clear();
    this.effects.clear();
    this.#seed();
  }
}

/** What an effect says of itself: Nexus' operation stands at the beginning of the mark. */
export const paypalEffectOf = (of: { readonly id: string; readonly customId: string | null }, money: Units | null) => ({
  objectId: of.id,
  operationId: of.customId?.split("|")[0] ?? null,
  amount: money?.units ?? null,
  currency: money?.currency ?? null,
});

import { createNewIds } from "../acting/new-ids.ts";
import { PaymentEffects } from "../acting/payment-effects.ts";

/** Money as Square counts it: in smallest units. */
export interface SquareMoney {
  readonly amount: number;
  readonly currency: string;
}

export interface SquareOrderRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly referenceId: string | null;
  readonly customerId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly {
    readonly name: string;
    readonly quantity: string;
    readonly base_price_money: SquareMoney;
  }[];
  readonly total: SquareMoney;
  state: "OPEN" | "COMPLETED" | "CANCELED";
  readonly paymentIds: string[];
}

export interface SquareLink {
  readonly id: string;
  readonly createdMs: number;
  readonly orderId: string;
  readonly description: string | null;
  readonly redirectUrl: string | null;
}

export interface SquarePaymentRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly orderId: string;
  readonly referenceId: string | null;
  readonly key: string | null;
  readonly money: SquareMoney;
  status: "APPROVED" | "COMPLETED" | "CANCELED" | "FAILED";
  readonly refunds: SquareRefundRecord[];
}

export interface SquareRefundRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly paymentId: string;
  readonly money: SquareMoney;
  readonly reason: string | null;
}

export interface SquareCustomerRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly email: string | null;
  readonly name: string | null;
  readonly referenceId: string | null;
}

export interface SquareSubscriptionRecord {
  readonly id: string;
  readonly customerId: string;
  readonly createdMs: number;
  status: "ACTIVE" | "CANCELED";
  override: SquareMoney | null;
  endsMs: number | null;
}

/** All that one account holds. */
export class SquareStore {
  readonly orders = new Map<string, SquareOrderRecord>();
  readonly links = new Map<string, SquareLink>();
  readonly payments = new Map<string, SquarePaymentRecord>();
  readonly customers = new Map<string, SquareCustomerRecord>();
  readonly subscriptions = new Map<string, SquareSubscriptionRecord>();
  readonly effects: PaymentEffects;
  readonly now: () => number;
  readonly #newId: (length: number) => string;

  constructor(now: () => number) {
    this.now = now;
    this.effects = new PaymentEffects(now);
    this.#newId = createNewIds(now);
  }

  newId(length: number): string {
    return this.#newId(length);
  }

  /** Of links: capitals and figures. */
  newLinkId(): string {
    return this.#newId(16).toUpperCase();
  }

  linkOf(orderId: string): SquareLink | undefined {
    return [...this.links.values()].find((link) => link.orderId === orderId);
  }

  clear(): void {
    this.orders.clear();
    this.links.clear();
    this.payments.clear();
    this.customers.clear();
    this.subscriptions.clear();
    this.effects.clear();
  }
}

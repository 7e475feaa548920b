import { PaymentStore } from "../acting/payment-store.ts";

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
export class SquareStore extends PaymentStore {
  readonly orders = this.objects<SquareOrderRecord>();
  readonly links = this.objects<SquareLink>();
  readonly payments = this.objects<SquarePaymentRecord>();
  readonly customers = this.objects<SquareCustomerRecord>();
  readonly subscriptions = this.objects<SquareSubscriptionRecord>();

  /** Of links: capitals and figures. */
  newLinkId(): string {
    return this.newId(16).toUpperCase();
  }

  linkOf(orderId: string): SquareLink | undefined {
    return [...this.links.values()].find((link) => link.orderId === orderId);
  }
}

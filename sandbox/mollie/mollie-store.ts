import { PaymentStore } from "../acting/payment-store.ts";
import type { MollieUnits } from "./mollie-money.ts";

export interface MollieCapture extends MollieUnits {
  readonly id: string;
  readonly createdMs: number;
  readonly metadata: unknown;
  status: "pending" | "succeeded" | "failed";
}

export interface MollieRefund extends MollieUnits {
  readonly id: string;
  readonly createdMs: number;
  readonly description: string;
  readonly metadata: unknown;
  readonly status: string;
}

export interface MolliePayment extends MollieUnits {
  readonly id: string;
  readonly createdMs: number;
  readonly description: string;
  readonly lines: readonly { readonly description: string; readonly quantity: number }[];
  readonly redirectUrl: string | null;
  readonly cancelUrl: string | null;
  readonly metadata: unknown;
  readonly captureMode: "automatic" | "manual";
  readonly customerId: string | null;
  readonly sequenceType: "oneoff" | "first";
  status: "open" | "pending" | "authorized" | "paid" | "canceled" | "expired" | "failed";
  isCancelable: boolean;
  chargedBack: number;
  readonly captures: MollieCapture[];
  readonly refunds: MollieRefund[];
}

export interface MollieCustomer {
  readonly id: string;
  readonly createdMs: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly metadata: unknown;
}

export interface MollieSubscription {
  readonly id: string;
  readonly customerId: string;
  readonly createdMs: number;
  readonly metadata: unknown;
  readonly description: string;
  readonly interval: string;
  amount: MollieUnits;
  status: "pending" | "active" | "canceled" | "suspended" | "completed";
  canceledMs: number | null;
}

/** Each way to pay has a time of its own; this is that of cards. https://docs.mollie.com/docs/status-change */
const expiresAfterMs = 30 * 60_000;

/** All that one account holds. */
export class MollieStore extends PaymentStore {
  readonly payments = this.objects<MolliePayment>();
  readonly customers = this.objects<MollieCustomer>();
  readonly subscriptions = this.objects<MollieSubscription>();

  payment(id: string): MolliePayment | undefined {
    const payment = this.payments.get(id);
    if (payment?.status === "open" && this.now() >= this.expiryOf(payment)) payment.status = "expired";
    return payment;
  }

  expiryOf({ createdMs }: MolliePayment): number {
    return createdMs + expiresAfterMs;
  }

  /** A first payment that was paid leaves one. */
  hasMandate(customerId: string): boolean {
    return [...this.payments.values()].some(
      (one) => one.customerId === customerId && one.sequenceType === "first" && one.status === "paid",
    );
  }
}

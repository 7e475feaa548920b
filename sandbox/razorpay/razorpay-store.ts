import { createNewIds } from "../acting/new-ids.ts";
import { PaymentEffects } from "../acting/payment-effects.ts";
import { JsonRefusal } from "../acting/json-emulator.ts";

export interface RazorpayMoney {
  readonly amount: number;
  readonly currency: string;
}

type Notes = Readonly<Record<string, string>>;

export interface RazorpayOrderRecord extends RazorpayMoney {
  readonly id: string;
  readonly createdMs: number;
  readonly receipt: string | null;
  readonly notes: Notes;
  readonly capture: "automatic" | "manual";
}

export interface RazorpayLinkRecord extends RazorpayMoney {
  readonly id: string;
  readonly createdMs: number;
  readonly referenceId: string;
  readonly description: string;
  readonly callbackUrl: string;
  readonly expireBy: number;
  readonly notes: Notes;
  canceled: boolean;
}

export interface RazorpayRefundRecord {
  readonly id: string;
  readonly createdMs: number;
  readonly amount: number;
  readonly notes: Notes;
}

export interface RazorpayPaymentRecord extends RazorpayMoney {
  readonly id: string;
  readonly createdMs: number;
  /** The order or the link that it is for. */
  readonly ofId: string;
  status: "authorized" | "captured" | "failed";
  readonly refunds: RazorpayRefundRecord[];
}

/** A no of Razorpay's: https://razorpay.com/docs/api/errors/ */
export const razorpayRefusal = (status: number, description: string, field?: string): JsonRefusal =>
  new JsonRefusal(status, {
    error: {
      code: status >= 500 ? "SERVER_ERROR" : "BAD_REQUEST_ERROR",
      description,
      source: "business",
      step: "payment_initiation",
      reason: status === 402 ? "payment_declined" : "input_validation_failed",
      metadata: {},
      ...(field === undefined ? {} : { field }),
    },
  });

/** All that one account holds. */
export class RazorpayStore {
  readonly orders = new Map<string, RazorpayOrderRecord>();
  readonly links = new Map<string, RazorpayLinkRecord>();
  readonly payments = new Map<string, RazorpayPaymentRecord>();
  readonly effects: PaymentEffects;
  readonly now: () => number;
  readonly newId: (length: number) => string;

  constructor(now: () => number) {
    this.now = now;
    this.effects = new PaymentEffects(now);
    this.newId = createNewIds(now);
  }

  paymentsOf(ofId: string): readonly RazorpayPaymentRecord[] {
    return [...this.payments.values()].filter((one) => one.ofId === ofId);
  }

  clear(): void {
    this.orders.clear();
    this.links.clear();
    this.payments.clear();
    this.effects.clear();
  }
}

import { PaymentStore } from "../acting/payment-store.ts";
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
export class RazorpayStore extends PaymentStore {
  readonly orders = this.objects<RazorpayOrderRecord>();
  readonly links = this.objects<RazorpayLinkRecord>();
  readonly payments = this.objects<RazorpayPaymentRecord>();

  paymentsOf(ofId: string): readonly RazorpayPaymentRecord[] {
    return [...this.payments.values()].filter((one) => one.ofId === ofId);
  }
}

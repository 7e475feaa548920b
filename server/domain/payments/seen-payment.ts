import type { MovedMoney } from "../../contracts/payments/money.ts";
import type { NextStep, PaymentStatus, RefundStatus } from "../../contracts/payments/statuses.ts";

/** How a payment or a refund stands at its vendor. */
export interface SeenPayment {
  readonly status: PaymentStatus | RefundStatus;
  readonly providerStatus: string;
  readonly next: NextStep;
  readonly captured: MovedMoney | null;
  readonly refunded: MovedMoney | null;
}

import { z } from "zod";
import { doubts } from "../../contracts/doubt.ts";
import { MovedMoney } from "../../contracts/payments/money.ts";
import { NextStep, PaymentStatus, RefundStatus } from "../../contracts/payments/statuses.ts";
import { ActProgress } from "../operations/index.ts";

/** Where something that was asked of a payment vendor stands, for lists. */
export const PaymentState = z
  .enum(["sending", "open", "to_capture", "paid", "refunded", "done", "over", "failed", "unknown", "needs_review"])
  .describe(
    "sending: on its way to the vendor; open: waits for the payer or the vendor; to_capture: approved, and not taken yet; paid; refunded: or a part of it; done: a refund or another change that was made; over: canceled or expired; failed: proved not to be made; unknown: being looked up; needs_review: only a person can resolve it. What the payer did since the vendor was last asked is not in it",
  );
export type PaymentState = z.infer<typeof PaymentState>;

/** What was asked of a payment vendor, and how it stood when the vendor was last asked. */
export const PaymentView = z.object({
  operationId: z.uuid(),
  operation: z.string().describe("What was called, as `family.verb`, such as `payments.order.create`"),
  paymentId: z.string().nullable().describe("The id by which it is read and changed: chk_…, ord_…, ref_… or lnk_…"),
  of: z
    .object({
      operationId: z.uuid(),
      operation: z.string(),
      paymentId: z.string().nullable(),
      reference: z.string().nullable(),
    })
    .nullable()
    .describe("The payment that it refunds or changes"),
  reference: z.string().nullable(),
  amount: MovedMoney.nullable().describe("What was asked for; null where the vendor alone knows it"),
  captured: MovedMoney.nullable(),
  refunded: MovedMoney.nullable().describe("By the vendor's word, or by our refunds where they come to more"),
  appId: z.string().nullable(),
  userId: z.string().nullable(),
  keyId: z.string().nullable(),
  provider: z.string(),
  credentialTier: z.string().nullable(),
  state: PaymentState,
  progress: ActProgress,
  status: z
    .union([PaymentStatus, RefundStatus])
    .nullable()
    .describe("Null: its vendor was not asked since it was made"),
  providerStatus: z.string().nullable().describe("The vendor's own word for it"),
  next: NextStep,
  seenAt: z.iso.datetime().nullable(),
  doubt: z.enum(doubts).nullable(),
  errorCode: z.string().nullable(),
  heldNanos: z.string().describe("Nano-USD set aside for the vendor's fee"),
  costNanos: z.string().nullable(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type PaymentView = z.infer<typeof PaymentView>;

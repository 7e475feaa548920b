import type { CallContext } from "../../contracts/call-context.ts";
import type { Amount } from "../../contracts/payments/payment-act.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import type { PlacedPayment } from "./find-payment.ts";
import {
  beforeSending,
  inTransaction,
  insertPayment,
  lockPayment,
  sumRefunds,
  takeReference,
  type PaymentKind,
} from "./store.ts";

type Caller = Pick<CallContext, "organizationId" | "appId">;

interface Claim {
  readonly operationId: string;
  readonly caller: Caller;
}

interface CreationClaim extends Claim {
  readonly kind: "checkout" | "order";
  readonly reference: string;
  readonly amount: Amount | undefined;
}

const rowOf = ({ operationId, caller }: Claim) => ({
  operationId,
  organizationId: caller.organizationId,
  appId: caller.appId ?? "",
  parentId: null,
  reference: null,
  amount: null,
  currency: null,
});

const locked = (reference: string, owner: string): NexusError =>
  new NexusError("CONFLICT", {
    message: `The reference ${reference} has a payment already: operation ${owner}. It is free again once that one is canceled, expired, or proved not to be made.`,
    details: { kind: "reference_locked", reference, operationId: owner },
  });

/** Takes the business reference for a payment, before anything of it is sent: one reference pays once. */
export const claimCreation = (
  { db }: Pick<Deps, "db">,
  { kind, reference, amount, ...claim }: CreationClaim,
): Promise<void> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      const row = rowOf(claim);
      const owner = await takeReference(tx, { ...row, reference });
      if (owner !== claim.operationId) throw locked(reference, owner);
      const { amount: units = null, currency = null } = amount ?? {};
      await insertPayment(tx, { ...row, kind, reference, amount: units, currency });
    }),
  );

interface ChangeClaim extends Claim {
  readonly kind: Extract<PaymentKind, "capture" | "cancel" | "expire">;
  readonly of: PlacedPayment;
}

/** Notes an act on a payment before it is sent. */
export const claimChange = ({ db }: Pick<Deps, "db">, { kind, of, ...claim }: ChangeClaim): Promise<void> =>
  beforeSending(insertPayment(db.pool, { ...rowOf(claim), kind, parentId: of.operationId }));

interface RefundClaim extends Claim {
  readonly of: PlacedPayment;
  readonly amount: Amount;
  readonly captured: bigint;
  /** Refunds at the vendor that none of our operations made. */
  readonly foreign: bigint;
}

const tooMuch = (left: bigint, { currency }: Amount): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: "The refunds of a payment never exceed what was captured.",
    issues: [{ field: "amount", expected: left > 0n ? `at most ${left} ${currency}` : "nothing is left to refund" }],
    details: { kind: "refund_exceeds_captured", remaining: (left > 0n ? left : 0n).toString() },
  });

/**
 * Sets an amount aside for a refund under the payment's lock: what was refunded, may have been, is under way and is asked
 * for never comes to more than was captured. Says what is left after it.
 */
export const claimRefund = (
  { db }: Pick<Deps, "db">,
  { of, amount, captured, foreign, ...claim }: RefundClaim,
): Promise<bigint> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      await lockPayment(tx, of.operationId);
      const left = captured - foreign - (await sumRefunds(tx, of.operationId, claim.operationId));
      if (amount.amount > left) throw tooMuch(left, amount);
      await insertPayment(tx, { ...rowOf(claim), kind: "refund", parentId: of.operationId, ...amount });
      return left - amount.amount;
    }),
  );

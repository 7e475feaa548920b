import type { CallContext } from "../../contracts/call-context.ts";
import type { Amount } from "../../contracts/payments/payment-act.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { takeVolume, type SpendingPolicyRow } from "../spending/index.ts";
import type { PlacedPayment } from "./find-payment.ts";
import {
  beforeSending,
  inTransaction,
  insertPayment,
  lockPayment,
  selectRival,
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
  /** Of which the day's limits are taken. */
  readonly policies: readonly SpendingPolicyRow[];
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
  { kind, reference, amount, policies, ...claim }: CreationClaim,
): Promise<void> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      const row = rowOf(claim);
      const owner = await takeReference(tx, { ...row, reference });
      if (owner !== claim.operationId) throw locked(reference, owner);
      if (amount !== undefined)
        await takeVolume(tx, policies, { operationId: claim.operationId, kind: "payment", amount });
      const { amount: units = null, currency = null } = amount ?? {};
      await insertPayment(tx, { ...row, kind, reference, amount: units, currency });
    }),
  );

interface LinkClaim extends Claim {
  readonly policies: readonly SpendingPolicyRow[];
  /** What one payment comes to. */
  readonly amount: Amount | undefined;
  /** How many it takes; undefined for any number. */
  readonly payments: number | undefined;
}

const unbounded = (): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: "What may be paid a day is limited here, so that a link says how many payments it takes.",
    issues: [{ field: "payments", expected: "how many payments the link takes" }],
  });

/** Notes a payment link before it is sent. All that can be paid on it is taken of its day, and never given back. */
export const claimLink = (
  { db }: Pick<Deps, "db">,
  { amount, payments, policies, ...claim }: LinkClaim,
): Promise<void> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      const whole =
        amount === undefined || payments === undefined
          ? undefined
          : { ...amount, amount: amount.amount * BigInt(payments) };
      if (whole === undefined && policies.some(({ rules }) => rules.dailyVolume !== undefined)) throw unbounded();
      if (whole !== undefined)
        await takeVolume(tx, policies, { operationId: claim.operationId, kind: "payment", amount: whole });
      const { amount: units = null, currency = null } = whole ?? {};
      await insertPayment(tx, { ...rowOf(claim), kind: "link", amount: units, currency });
    }),
  );

interface ChangeClaim extends Claim {
  readonly kind: ChangeKind;
  readonly of: PlacedPayment;
  /** The vendor shows that a capture came to nothing. */
  readonly failed?: boolean;
}

type ChangeKind = Extract<PaymentKind, "authorize" | "capture" | "cancel" | "expire" | "deactivate">;

/** Taking money and giving it up exclude each other, also where the vendor has no word for the second. */
const rivals: Readonly<Record<ChangeKind, Parameters<typeof selectRival>[2]>> = {
  authorize: { done: ["cancel", "expire"], underWay: ["cancel", "expire"] },
  capture: { done: ["cancel", "expire"], underWay: ["cancel", "expire", "authorize"] },
  cancel: { done: ["capture"], underWay: ["capture", "authorize"] },
  expire: { done: ["capture"], underWay: ["capture", "authorize"] },
  deactivate: { done: [], underWay: [] },
};

const contested = (kind: ChangeKind, rival: { readonly operationId: string; readonly kind: string }): NexusError =>
  new NexusError("CONFLICT", {
    message: `It cannot be changed so (${kind}): another operation (${rival.kind}) was done, is under way or of unknown outcome.`,
    details: { kind: "invalid_request", operationId: rival.operationId },
  });

/** Notes an act on a payment before it is sent. */
export const claimChange = (
  { db }: Pick<Deps, "db">,
  { kind, of, failed = false, ...claim }: ChangeClaim,
): Promise<void> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      await lockPayment(tx, of.operationId);
      const { done, underWay } = rivals[kind];
      const rival = await selectRival(tx, of.operationId, { done: failed ? [] : done, underWay }, claim.operationId);
      if (rival !== undefined) throw contested(kind, rival);
      await insertPayment(tx, { ...rowOf(claim), kind, parentId: of.operationId });
    }),
  );

interface RefundClaim extends Claim {
  readonly policies: readonly SpendingPolicyRow[];
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
  { of, amount, captured, foreign, policies, ...claim }: RefundClaim,
): Promise<bigint> =>
  beforeSending(
    inTransaction(db.pool, async (tx) => {
      await lockPayment(tx, of.operationId);
      const left = captured - foreign - (await sumRefunds(tx, of.operationId, claim.operationId));
      if (amount.amount > left) throw tooMuch(left, amount);
      await takeVolume(tx, policies, { operationId: claim.operationId, kind: "refund", amount });
      await insertPayment(tx, { ...rowOf(claim), kind: "refund", parentId: of.operationId, ...amount });
      return left - amount.amount;
    }),
  );

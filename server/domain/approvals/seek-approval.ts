import type { CallContext } from "../../contracts/call-context.ts";
import type { Amount } from "../../contracts/payments/payment-act.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { fingerprintOf, idempotencyKeyOf, isUsedKey } from "../idempotency/index.ts";
import { viewApproval, type ApprovalView } from "./approval-view.ts";
import { insertApproval, selectByKey } from "./store.ts";

/** How long a person has to decide. */
const decideMs = 72 * 3_600_000;

interface Sought {
  readonly operation: string;
  /** What makes two requests with one key the same. */
  readonly identity: unknown;
  readonly amount: Amount;
  readonly reference: string | undefined;
  /** What would be sent where, and the most that it can cost: asked for once, where nobody has been asked yet. */
  readonly plan: () => Promise<{ readonly vendor: string; readonly boundNanos: bigint }>;
}

const refused = (state: "declined" | "expired", { approvalId, reason }: ApprovalView): NexusError =>
  new NexusError("POLICY_DENIED", {
    message:
      state === "declined"
        ? "A person has declined this payment. To ask again, use another idempotency key."
        : "Nobody approved this payment in time, or nobody came back for it. To ask again, use another idempotency key.",
    details: { kind: "policy_denied", rule: "approvalAbove", state, approvalId, reason },
  });

/**
 * Asks for a person's approval of a payment, or finds out what has become of it: what waits is given; undefined means that
 * the call may go on, as approved or because its key was used before. Nothing is reserved or sent while it waits.
 */
export const seekApproval = async (
  deps: Pick<Deps, "db" | "clock">,
  ctx: CallContext,
  { operation, identity, amount, reference, plan }: Sought,
): Promise<ApprovalView | undefined> => {
  const { db, clock } = deps;
  if (ctx.idempotencyKey === undefined) return undefined;
  const key = idempotencyKeyOf(ctx, operation, ctx.idempotencyKey);
  const fingerprint = fingerprintOf(identity);
  let row = await selectByKey(db.pool, key);
  if (row === undefined) {
    // The call itself says what has become of it, or that its key belongs to another.
    if (await isUsedKey(db.pool, ctx, operation)) return undefined;
    const { vendor, boundNanos } = await plan();
    const approvalId = newId();
    const expiresAt = new Date(clock.now() + decideMs);
    await auditedChange(deps, ctx, async (tx, audit, unchanged) => {
      const fresh = await insertApproval(tx, {
        approvalId,
        key,
        fingerprint,
        organizationId: ctx.organizationId,
        appId: ctx.appId ?? "",
        operation,
        reference: reference ?? null,
        vendor,
        ...amount,
        bound: boundNanos,
        requestedBy: actorIdOf(ctx.actor),
        requestedUser: ctx.userId ?? (ctx.actor.kind === "api_key" ? ctx.actor.userId : undefined) ?? null,
        expiresAt,
      });
      if (!fresh) return unchanged();
      await audit({
        action: "approval.request",
        target: approvalId,
        details: {
          operation,
          amount: amount.amount.toString(),
          currency: amount.currency,
          reference: reference ?? null,
          expiresAt: expiresAt.toISOString(),
        },
      });
    });
    row = await selectByKey(db.pool, key);
    if (row === undefined) throw new NexusError("INTERNAL", { cause: new Error("an approval was not kept") });
  }
  if (!row.fingerprint.equals(fingerprint)) throw new NexusError("IDEMPOTENCY_MISMATCH");
  const view = viewApproval(row, clock.now());
  switch (view.state) {
    case "pending":
      return view;
    case "declined":
      throw refused("declined", view);
    case "expired":
      // What was carried out in time is told for as long as its answer is kept.
      if (row.state === "approved" && (await isUsedKey(db.pool, ctx, operation))) return undefined;
      throw refused("expired", view);
    case "approved":
      if (amount.currency === row.currency && amount.amount <= row.amount) return undefined;
      throw new NexusError("POLICY_DENIED", {
        message: "It comes to more by now than was approved. To ask again, use another idempotency key.",
        details: {
          kind: "policy_denied",
          rule: "approvalAbove",
          approvalId: view.approvalId,
          approved: row.amount.toString(),
        },
      });
  }
};

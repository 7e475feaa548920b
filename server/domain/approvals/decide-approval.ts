import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { ownServiceId } from "../../contracts/own-service.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { ApprovalView, viewApproval } from "./approval-view.ts";
import { decideApproval, lockApproval, selectApprovals, type ApprovalRow } from "./store.ts";

/** How long the caller has to come back for what was approved. */
const comeBackMs = 24 * 3_600_000;

const reason = z.string().trim().min(1).max(500);

/** Input of `approvePayment`. */
export const ApproveInput = z.strictObject({
  approvalId: z.uuid().toLowerCase(),
  reason: reason.optional().describe("Kept with it and in the audit trail"),
});
export type ApproveInput = z.input<typeof ApproveInput>;

/** Input of `declinePayment`. */
export const DeclineInput = z.strictObject({
  approvalId: z.uuid().toLowerCase(),
  reason: reason.describe("Told to the caller, and kept in the audit trail"),
});
export type DeclineInput = z.input<typeof DeclineInput>;

export const ListApprovalsInput = z.strictObject({
  pending: z.boolean().default(true).describe("Those alone that wait for somebody"),
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
});
export type ListApprovalsInput = z.input<typeof ListApprovalsInput>;

export const ListApprovalsOutput = z.object({
  approvals: z.array(ApprovalView.extend({ decidable: z.boolean().describe("The caller may decide it") })),
  next: z.string().nullable().describe("Pass as `before`; null at the end"),
});
export type ListApprovalsOutput = z.infer<typeof ListApprovalsOutput>;

type ApprovalsDeps = Pick<Deps, "db" | "clock">;

/** Whoever asked may not decide (what was asked for in the dashboard another person decides there): neither the person in whose name it was asked, nor the app that asked, nor a key or a token at all. */
const isOwnRequest = ({ actor, appId }: CallContext, asked: ApprovalRow): boolean =>
  actor.kind !== "user" ||
  actor.userId === asked.requestedUser ||
  actor.userId === asked.requestedBy ||
  (appId !== undefined && appId !== ownServiceId && appId === asked.appId);

const requireOther = (ctx: CallContext | OperatorContext, row: ApprovalRow): void => {
  if (isOperator(ctx) || !isOwnRequest(ctx, row)) return;
  throw new NexusError("SCOPE_DENIED", {
    message:
      ctx.actor.kind === "user"
        ? "Whoever asked for a payment cannot approve or decline it: another person has to, and not by way of the app that asked."
        : "A payment is approved or declined by a person, not by a key or a token.",
  });
};

const requirePending = (view: ApprovalView): void => {
  if (view.state === "pending") return;
  throw new NexusError("CONFLICT", {
    message: `It is ${view.state} already${view.decidedBy === null ? "" : `, by ${view.decidedBy}`}.`,
    details: { state: view.state },
  });
};

const decide = async (
  deps: ApprovalsDeps,
  ctx: CallContext | OperatorContext,
  { approvalId, reason }: { readonly approvalId: string; readonly reason?: string | undefined },
  state: "approved" | "declined",
): Promise<ApprovalView> => {
  const organizationId = isOperator(ctx) ? undefined : ctx.organizationId;
  return auditedChange(deps, ctx, async (tx, audit) => {
    const row = await lockApproval(tx, approvalId, organizationId);
    if (row === undefined) throw new NexusError("NOT_FOUND", { message: "There is no such approval." });
    requireOther(ctx, row);
    requirePending(viewApproval(row, deps.clock.now()));
    const at = new Date(deps.clock.now());
    const expiresAt = state === "approved" ? new Date(at.getTime() + comeBackMs) : row.expiresAt;
    const decision = { state, by: actorIdOf(ctx.actor), at, expiresAt, reason };
    await decideApproval(tx, approvalId, decision);
    await audit({
      action: state === "approved" ? "approval.approve" : "approval.decline",
      target: approvalId,
      details: {
        organizationId: row.organizationId,
        operation: row.operation,
        appId: row.appId,
        amount: row.amount.toString(),
        currency: row.currency,
        requestedBy: row.requestedUser ?? row.requestedBy,
        reason: reason ?? null,
      },
    });
    return viewApproval(
      { ...row, state, decidedAt: at, decidedBy: decision.by, expiresAt, reason: reason ?? null },
      at.getTime(),
    );
  });
};

/** Lets a payment that waits go on: its caller comes back with the same key. */
export const approvePayment = (
  deps: ApprovalsDeps,
  ctx: CallContext | OperatorContext,
  input: ApproveInput,
): Promise<ApprovalView> => decide(deps, ctx, parseInput(ApproveInput, input), "approved");

/** Refuses a payment that waits, for good. */
export const declinePayment = (
  deps: ApprovalsDeps,
  ctx: CallContext | OperatorContext,
  input: DeclineInput,
): Promise<ApprovalView> => decide(deps, ctx, parseInput(DeclineInput, input), "declined");

/** Payments that wait for a person, or waited, newest first; for an operator those of every organization. */
export const listApprovals = async (
  { db, clock }: ApprovalsDeps,
  ctx: CallContext | OperatorContext,
  input: ListApprovalsInput,
): Promise<ListApprovalsOutput> => {
  const { pending, before, limit } = parseInput(ListApprovalsInput, input);
  const now = clock.now();
  const rows = await selectApprovals(db.pool, {
    organizationId: isOperator(ctx) ? undefined : ctx.organizationId,
    pendingAt: pending ? new Date(now) : undefined,
    before,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit).map((row) => {
    const view = viewApproval(row, now);
    return { ...view, decidable: view.state === "pending" && (isOperator(ctx) || !isOwnRequest(ctx, row)) };
  });
  return { approvals: page, next: rows.length > limit ? (page.at(-1)?.approvalId ?? null) : null };
};

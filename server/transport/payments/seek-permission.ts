import type { NeedsApprovalAnswer } from "../../contracts/payments/answers.ts";
import type { Amount, PaymentAct } from "../../contracts/payments/payment-act.ts";
import { seekApproval } from "../../domain/approvals/index.ts";
import { needsApproval, requirePayable } from "../../domain/spending/index.ts";
import { NexusError } from "../../errors.ts";
import { withoutClaim, type PaymentsActRequest } from "../../families/payments/index.ts";
import { dryRun } from "../../gateway/dry-run.ts";
import type { ProcedureContext } from "../trpc/init.ts";

interface Asked {
  readonly request: PaymentsActRequest;
  readonly act: PaymentAct;
  readonly amount: Amount;
  readonly reference?: string;
}

/**
 * What the organization's policy says to a payment or refund of an amount: refuses what is not allowed, and gives what the
 * caller is told where a person has to approve it first. Undefined: it may go on.
 */
export const seekPermission = async (
  { call, deps: { gateway, management, policiesOf }, notes }: ProcedureContext,
  { request, act, amount, reference }: Asked,
): Promise<NeedsApprovalAnswer | undefined> => {
  const policies = policiesOf(call);
  requirePayable(policies, amount);
  if (!needsApproval(policies, amount)) return undefined;
  const waiting = await seekApproval(management, call, {
    operation: request.operation.id,
    identity: request.identity,
    amount,
    reference,
    plan: async () => {
      const { route, boundNanos } = await dryRun(gateway, withoutClaim(request, act), call);
      return { vendor: route.target.vendor, boundNanos };
    },
  }).catch((error: unknown) => {
    throw NexusError.is(error)
      ? error
      : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 1_000, cause: error });
  });
  if (waiting === undefined) return undefined;
  const { approvalId, provider, boundNanoUsd, expiresAt } = waiting;
  notes.accepted = {};
  return {
    effect: "none",
    status: "needs_approval",
    approvalId,
    amount: waiting.amount,
    provider,
    boundNanoUsd,
    expiresAt,
  };
};

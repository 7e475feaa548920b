import { z } from "zod";
import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange, emitSystemAudit, type AuditEvent } from "../audit/index.ts";
import type { DoubtDeps } from "./doubt-deps.ts";
import { OperationView } from "./operation-view.ts";
import { viewOperation, type OperationRow } from "./operation-row.ts";
import { correct, inTransaction, selectResolvable, type CorrectionReply, type ResolvableRow } from "./store-doubts.ts";

/** No single call costs more: USD 1,000,000. Beyond it somebody has mistaken the unit. */
export const mostCostNanos = 1_000_000_000_000_000n;

/** Input of `resolveDoubt`. */
export const ResolveDoubtInput = z
  .strictObject({
    operationId: z.uuid().toLowerCase(),
    costNanos: z
      .string()
      .refine((text) => /^\d{1,16}$/.test(text) && BigInt(text) <= mostCostNanos, {
        error: `whole nano-USD, at most ${mostCostNanos}`,
      })
      .optional()
      .describe("What the vendor billed: nano-USD as a decimal string; USD 0.02 is 20000000"),
    notBilled: z.literal(true).optional().describe("The vendor says that it never happened: the hold is given back"),
    reason: z.string().trim().min(1).max(1_000).describe("How you know: kept on the row and in the audit trail"),
    organizationId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe("The organization, where a platform administrator acts for another one; the caller's own when absent"),
  })
  .refine(({ costNanos, notBilled }) => (costNanos === undefined) === (notBilled === true), {
    path: ["costNanos"],
    error: "either what was billed, or notBilled",
  });
export type ResolveDoubtInput = z.input<typeof ResolveDoubtInput>;

export const ResolveDoubtOutput = z.object({
  outcome: z
    .enum(["settled", "released", "corrected", "late", "same"])
    .describe(
      "settled: booked at this cost; released: the hold is given back; corrected: an estimate was booked, and this is now; late: booked after a release; same: nothing to change",
    ),
  operation: OperationView,
});
export type ResolveDoubtOutput = z.output<typeof ResolveDoubtOutput>;

const conflicts: Readonly<Partial<Record<CorrectionReply, string>>> = {
  open: "The call is still running: it ends by itself, or is in doubt after its deadline.",
  exact: "What is booked is the vendor's own number; only an import of the vendor's bill changes that.",
};

const outcomeOf = (reply: CorrectionReply): ResolveDoubtOutput["outcome"] => {
  if (reply === "unknown") throw new NexusError("NOT_FOUND");
  if (reply === "invalid")
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "reason", expected: "a reason" }] });
  if (reply === "open" || reply === "exact")
    throw new NexusError("CONFLICT", { message: conflicts[reply], details: { state: reply } });
  return reply;
};

const isPlatform = ({ actor }: CallContext): boolean => actor.kind === "user" && actor.platformBypass;

/** Whether the caller may say how an operation ended: its permission, whose key paid, and whether there is a doubt or an estimate. */
export const mayResolve = (
  ctx: CallContext,
  { state, source, credential_tier: tier }: Pick<OperationRow, "state" | "source" | "credential_tier">,
): boolean =>
  ctx.permissions.has("srv_nexus.budgets:manage") &&
  (isPlatform(ctx) || tier === "byok") &&
  (state === "uncertain" || source === "estimated" || source === "operator");

interface Resolver {
  readonly actor: string;
  /** Undefined: of any organization. */
  readonly organizationId: string | undefined;
  readonly allow: (row: ResolvableRow) => void;
}

const resolve = async (
  deps: DoubtDeps,
  tx: pg.PoolClient,
  { actor, organizationId, allow }: Resolver,
  { operationId, costNanos, reason }: z.output<typeof ResolveDoubtInput>,
): Promise<ResolveDoubtOutput & { readonly event: AuditEvent }> => {
  const row = await selectResolvable(tx, operationId, organizationId);
  if (!row) throw new NexusError("NOT_FOUND");
  allow(row);
  const cost = costNanos === undefined ? undefined : BigInt(costNanos);
  const { reply, wasState, wasCost } = await correct(tx, {
    operationId,
    costNanos: cost,
    by: "operator",
    actor,
    reason,
  });
  const outcome = outcomeOf(reply);
  const ended = await selectResolvable(tx, operationId, organizationId);
  if (!ended) throw new NexusError("NOT_FOUND");
  const details = {
    organizationId: row.org_id,
    outcome,
    wasState,
    wasCostNanos: wasCost,
    costNanos: costNanos ?? null,
    heldNanos: row.held,
    reason,
  };
  return {
    outcome,
    operation: viewOperation(ended, deps),
    event: { action: "doubt.resolve", target: operationId, details },
  };
};

const actorOf = ({ actor }: CallContext): string =>
  actor.kind === "user" ? actor.userId : actor.kind === "api_key" ? actor.keyId : actor.tokenId;

/**
 * Says how an operation in doubt ended, or puts an estimate right. What the platform pays is for its administrators to say;
 * an organization says it of what its own key paid.
 */
export const resolveDoubt = async (
  deps: DoubtDeps,
  ctx: CallContext,
  input: ResolveDoubtInput,
): Promise<ResolveDoubtOutput> => {
  const parsed = parseInput(ResolveDoubtInput, input);
  const organizationId = parsed.organizationId ?? ctx.organizationId;
  if (organizationId !== ctx.organizationId && !isPlatform(ctx)) throw new NexusError("NOT_FOUND");
  const allow = ({ credential_tier: tier }: ResolvableRow): void => {
    if (!isPlatform(ctx) && tier !== "byok")
      throw new NexusError("SCOPE_DENIED", {
        message:
          "The platform's credential paid for this call: only a platform administrator says what it cost. Yours to resolve are calls made with the organization's own key.",
      });
  };
  // Those whose numbers change see in their own trail who changed them.
  return auditedChange(deps, { ...ctx, organizationId }, async (tx, audit) => {
    const { event, ...done } = await resolve(deps, tx, { actor: actorOf(ctx), organizationId, allow }, parsed);
    await audit(event);
    return done;
  });
};

/** The same from the operators' command line, for whatever organization's operation it is. */
export const resolveDoubtAsOperator = (
  deps: DoubtDeps,
  origin: string,
  input: ResolveDoubtInput,
): Promise<ResolveDoubtOutput> => {
  const parsed = parseInput(ResolveDoubtInput, input);
  return inTransaction(deps.db.pool, async (tx) => {
    const { event, ...done } = await resolve(
      deps,
      tx,
      { actor: origin, organizationId: parsed.organizationId, allow: () => undefined },
      parsed,
    );
    await emitSystemAudit(tx, origin, event);
    return done;
  });
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { unfoldPriceIds } from "../pricing/index.ts";
import { isWithinReach } from "../reach/index.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { AttemptView, EntryView, OperationView } from "./operation-view.ts";
import { viewOperation } from "./operation-row.ts";
import { mayResolve } from "./resolve-operation.ts";
import { selectOperation, type OperationDetailRow } from "./store.ts";

/** Input of `getOperation`. */
export const GetOperationInput = z.strictObject({ operationId: z.uuid() });
export type GetOperationInput = z.input<typeof GetOperationInput>;

export const GetOperationOutput = OperationView.extend({
  resolvable: z.boolean().describe("The caller may resolve it, or correct its estimate"),
  requestId: z.string().nullable(),
  credentialId: z.string().nullable(),
  credentialVersion: z.int().nullable(),
  priceIds: z.array(z.string()).describe("The prices at the time of the reservation"),
  vendorRequestId: z.string().nullable(),
  responseModel: z.string().nullable(),
  rawUsage: z.unknown().describe("The vendor's own usage object"),
  attempts: z.array(AttemptView),
  entries: z.array(EntryView),
});
export type GetOperationOutput = z.output<typeof GetOperationOutput>;

const iso = (text: string | null): string | null => (text === null ? null : new Date(text).toISOString());

interface Shown extends Omit<GetOperationOutput, "resolvable"> {
  readonly row: OperationDetailRow;
}

/** One operation with everything that is known of it; of any organization where none is named. */
export const getOperationOf = async (
  deps: OperationsDeps,
  organizationId: string | undefined,
  input: GetOperationInput,
): Promise<Shown> => {
  const { operationId } = parseInput(GetOperationInput, input);
  const row = await selectOperation(deps.db.pool, organizationId, operationId);
  if (!row) throw new NexusError("NOT_FOUND");
  return {
    row,
    ...viewOperation(row, deps),
    requestId: row.request_id,
    credentialId: row.credential_id,
    credentialVersion: row.credential_version,
    priceIds: unfoldPriceIds(row.price_ids),
    vendorRequestId: row.vendor_request_id,
    responseModel: row.response_model,
    rawUsage: row.raw_usage,
    attempts: row.attempts.map((attempt) => ({
      n: attempt.n,
      vendor: attempt.vendor,
      model: attempt.model === "" ? null : attempt.model,
      credentialTier: attempt.credential_tier,
      credentialId: attempt.credential_id,
      vendorRequestId: attempt.vendor_request_id,
      startedAt: iso(attempt.started_at),
      durationMs: attempt.duration_ms,
      status: attempt.status,
      outcome: attempt.outcome,
      errorCode: attempt.error_code,
      credentialVersion: attempt.credential_version,
      step: attempt.step,
      phase: attempt.phase,
      evidence: attempt.evidence,
      keyDeadline: iso(attempt.key_deadline),
    })),
    entries: row.entries.map(({ kind, n, amount, debit, credit, at }) => ({
      kind,
      n,
      amountNanos: amount,
      debit,
      credit,
      at: new Date(at).toISOString(),
    })),
  };
};

/** One that the caller sees; whatever else the organization did is not there. */
export const getSeenOperation = async (
  deps: OperationsDeps,
  ctx: CallContext,
  input: GetOperationInput,
): Promise<Shown> => {
  const shown = await getOperationOf(deps, ctx.organizationId, input);
  if (!isWithinReach(ctx, shown.row.user_id)) throw new NexusError("NOT_FOUND");
  return shown;
};

/** One that the caller sees, and whether the caller may say how it ended. */
export const getOperation = async (
  deps: OperationsDeps,
  ctx: CallContext,
  input: GetOperationInput,
): Promise<GetOperationOutput> => {
  const { row, ...shown } = await getSeenOperation(deps, ctx, input);
  return { ...shown, resolvable: mayResolve(ctx, row) };
};

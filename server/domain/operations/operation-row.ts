import { MovedMoney } from "../../contracts/payments/money.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import type { OperationView } from "./operation-view.ts";

/** An operation as it is read for people. */
export interface OperationRow {
  readonly operation_id: string;
  readonly state: OperationView["state"];
  readonly progress: OperationView["progress"];
  readonly operation: string;
  readonly app_id: string | null;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly requested_model: string | null;
  readonly credential_tier: string | null;
  readonly door: string | null;
  readonly streamed: boolean;
  readonly held: string;
  readonly cost: string | null;
  readonly overrun: string;
  readonly source: string | null;
  readonly effect: string | null;
  readonly doubt: OperationView["doubt"];
  readonly resolution: Partial<NonNullable<OperationView["resolution"]>> | null;
  readonly units: OperationView["units"];
  readonly unpriced: string[];
  readonly notes: string[];
  readonly service_tier: string | null;
  readonly list_cost: string | null;
  readonly status: number | null;
  readonly error_code: string | null;
  readonly latency_ms: number | null;
  readonly first_byte_ms: number | null;
  readonly payment: {
    readonly reference: string | null;
    readonly amount: string | null;
    readonly currency: string | null;
  } | null;
  readonly email_id: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

/** Columns of `OperationRow`, of the operation `o`. */
export const operationColumns = `
  o.operation_id, o.state, case when o.facts->>'effect' = 'act' then nexus.progress_of(o.operation_id, o.state) end as progress, o.name as operation, o.app_id, o.user_id, o.key_id, o.vendor, o.model,
  o.facts->>'requestedModel' as requested_model,
  coalesce(o.result->>'credentialTier', o.facts->>'credentialTier') as credential_tier, o.facts->>'door' as door,
  coalesce((o.result->>'streamed')::boolean, false) as streamed, o.held::text, o.cost::text, coalesce(o.overrun, 0)::text as overrun,
  o.source, o.facts->>'effect' as effect, o.result->>'doubt' as doubt, o.result->'resolution' as resolution, o.result->'units' as units, coalesce(o.result->'unpricedClasses', '[]') as unpriced,
  coalesce(o.result->'notes', '[]') as notes, o.result->>'serviceTier' as service_tier, o.result->>'listCostNanos' as list_cost,
  (o.result->>'status')::int as status, o.result->>'errorCode' as error_code, (o.result->>'latencyMs')::float8::int as latency_ms,
  (o.result->>'firstByteMs')::float8::int as first_byte_ms, o.created_at, o.ended_at,
  case when o.name like 'email.%' then o.facts->>'about' end as email_id,
  case when o.name like 'payments.%' then (
    select json_build_object('reference', coalesce(p.reference, pp.reference), 'amount', p.amount::text, 'currency', p.currency)
      from nexus.payment p left join nexus.payment pp on pp.operation_id = p.parent_id where p.operation_id = o.operation_id) end as payment`;

const settlesAt = (
  { state, effect, ended_at }: OperationRow,
  { settleReadsAfterMs }: Pick<OperationsDeps, "settleReadsAfterMs">,
): string | null =>
  state === "uncertain" && effect === "read" && ended_at !== null
    ? new Date(ended_at.getTime() + settleReadsAfterMs).toISOString()
    : null;

const viewResolution = (resolution: OperationRow["resolution"]): OperationView["resolution"] =>
  resolution?.by === undefined
    ? null
    : {
        by: resolution.by,
        actor: resolution.actor ?? null,
        reason: resolution.reason ?? null,
        evidence: resolution.evidence ?? null,
        at: resolution.at ?? null,
      };

const viewPayment = (payment: OperationRow["payment"]): OperationView["payment"] => {
  if (payment === null) return null;
  const { reference, amount, currency } = payment;
  return { reference, amount: amount === null || currency === null ? null : MovedMoney.parse({ amount, currency }) };
};

export const viewOperation = (row: OperationRow, deps: Pick<OperationsDeps, "settleReadsAfterMs">): OperationView => ({
  operationId: row.operation_id,
  state: row.state,
  progress: row.progress,
  operation: row.operation,
  appId: row.app_id,
  userId: row.user_id,
  keyId: row.key_id,
  vendor: row.vendor,
  model: row.model === "" ? null : row.model,
  requestedModel: row.requested_model,
  credentialTier: row.credential_tier,
  door: row.door,
  streamed: row.streamed,
  heldNanos: row.held,
  costNanos: row.cost,
  overrunNanos: row.overrun,
  source: row.source,
  doubt: row.doubt,
  settlesAt: settlesAt(row, deps),
  resolution: viewResolution(row.resolution),
  units: row.units,
  unpricedClasses: row.unpriced,
  notes: row.notes,
  serviceTier: row.service_tier,
  listCostNanos: row.list_cost,
  status: row.status,
  errorCode: row.error_code,
  latencyMs: row.latency_ms,
  firstByteMs: row.first_byte_ms,
  payment: viewPayment(row.payment),
  emailId: row.email_id,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

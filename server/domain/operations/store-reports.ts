import type pg from "pg";
import type { ActProgress } from "./operation-view.ts";

/** What decides whether a report is taken. */
export interface ReportableRow {
  readonly org_id: string;
  readonly operation: string;
  readonly effect: string | null;
  readonly app_id: string | null;
  readonly state: string;
  readonly progress: ActProgress;
  /** Those that were asked. */
  readonly vendors: readonly string[];
  /** The event was reported before. */
  readonly reported: boolean;
}

interface ReportedEvent {
  /** Undefined: of any. */
  readonly organizationId: string | undefined;
  readonly operationId: string;
  readonly vendor: string;
  readonly eventId: string;
}

export const selectReportable = async (
  pool: pg.Pool,
  { organizationId, operationId, vendor, eventId }: ReportedEvent,
): Promise<ReportableRow | undefined> => {
  const { rows } = await pool.query<ReportableRow>(
    `select o.org_id, o.name as operation, o.facts->>'effect' as effect, o.app_id, o.state, nexus.progress_of(o.operation_id, o.state) as progress,
            array(select distinct a.vendor from nexus.attempt a where a.operation_id = o.operation_id) as vendors,
            exists (select from nexus.outcome_report r where r.org_id = o.org_id and r.vendor = $3 and r.event_id = $4) as reported
       from nexus.operation o where o.operation_id = $1 and ($2::text is null or o.org_id = $2)`,
    [operationId, organizationId ?? null, vendor, eventId],
  );
  return rows[0];
};

interface Report {
  readonly operationId: string;
  readonly vendor: string;
  readonly eventId: string;
  readonly outcome: "done" | "not_done";
  readonly vendorObjectId: string | undefined;
  readonly actor: string;
}

/** False where the event was reported before. */
export const insertReport = async (tx: pg.PoolClient, report: Report): Promise<boolean> => {
  const { operationId, vendor, eventId, outcome, vendorObjectId, actor } = report;
  const { rows } = await tx.query<{ fresh: boolean }>(
    "select nexus.nexus_report_outcome($1, $2, $3, $4, $5, $6) as fresh",
    [operationId, vendor, eventId, outcome, vendorObjectId ?? null, actor],
  );
  return rows[0]?.fresh === true;
};

/** Has it looked up at once; false where it has not been looked up yet, and will be. */
export const makeDue = async (tx: pg.PoolClient, operationId: string): Promise<boolean> => {
  const { rows } = await tx.query<{ due: boolean }>("select nexus.nexus_reconcile_now($1) as due", [operationId]);
  return rows[0]?.due === true;
};

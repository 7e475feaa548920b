import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OperatorContext } from "../../contracts/operator.ts";
import { actorIdOf, emitAudit } from "../audit/index.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { mostCostNanos } from "./resolve-operation.ts";
import { correct, inTransaction, selectBilled, type BilledRow, type CorrectionReply } from "./store-resolutions.ts";

/** One line of a vendor's export or invoice. One of the two ids is there. */
export interface BillLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly operationId: string | undefined;
  readonly vendorRequestId: string | undefined;
  /** As Nexus names it. */
  readonly vendor: string;
  readonly costNanos: bigint;
}

/** What became of a line: the booking was changed, was right already, is of no operation known here, or is refused. */
export interface BillOutcome {
  readonly line: number;
  readonly outcome: "corrected" | "same" | "unknown" | "refused";
  readonly operationId: string | undefined;
  /** Why it was refused. */
  readonly reason?: string;
  readonly wasNanos?: string | null;
  readonly costNanos: bigint;
}

interface ImportBill {
  readonly lines: readonly BillLine[];
  /** SHA-256 of the file, hexadecimal: kept on the row and its entries. */
  readonly evidence: string;
  /** Who books it: an operator, or a platform administrator. */
  readonly operator: OperatorContext | CallContext;
  /** Of this organization alone. */
  readonly organizationId?: string | undefined;
  /** Do everything, and take it back. */
  readonly dryRun: boolean;
  /** Book the bill also where the vendor's own number is booked and differs. */
  readonly force: boolean;
}

const refusals: Readonly<Partial<Record<CorrectionReply, string>>> = {
  open: "still running",
  exact: "the vendor's own number is booked, and differs",
  invalid: "no amount that can be booked",
};

const nameOf = ({ operationId, vendorRequestId }: BillLine): string => operationId ?? `vendor ${vendorRequestId ?? ""}`;

/** Undoes what was done in a transaction and carries out what is known of it. */
class TakenBack extends Error {
  readonly outcome: BillOutcome;

  constructor(outcome: BillOutcome) {
    super("dry run");
    this.outcome = outcome;
  }
}

interface Booked {
  readonly outcome: BillOutcome;
  /** Whether nobody knew before how it had ended. */
  readonly resolved: boolean;
}

const book = async (tx: pg.PoolClient, line: BillLine, row: BilledRow, options: ImportBill): Promise<Booked> => {
  const { evidence, operator, force } = options;
  const { costNanos } = line;
  const { reply, wasState, wasCost } = await correct(tx, {
    operationId: row.operation_id,
    costNanos,
    by: "import",
    actor: actorIdOf(operator.actor),
    reason: `bill of ${line.vendor}, line ${line.line}`,
    evidence,
    force,
  });
  const told = { line: line.line, operationId: row.operation_id, wasNanos: wasCost, costNanos };
  const unchanged = (outcome: BillOutcome): Booked => ({ outcome, resolved: false });
  if (reply === "unknown") return unchanged({ ...told, outcome: "unknown" });
  const refusal = refusals[reply];
  if (refusal !== undefined) return unchanged({ ...told, outcome: "refused", reason: refusal });
  if (reply === "same") return unchanged({ ...told, outcome: "same" });
  await emitAudit(tx, operator, {
    action: "operation.import",
    target: row.operation_id,
    details: {
      organizationId: row.org_id,
      outcome: reply,
      wasState,
      wasCostNanos: wasCost,
      costNanos: costNanos.toString(),
      evidence,
      line: line.line,
    },
  });
  // An estimate that was right is the vendor's word from now on.
  const confirmed = reply === "corrected" && wasCost === costNanos.toString();
  return { outcome: { ...told, outcome: confirmed ? "same" : "corrected" }, resolved: wasState === "uncertain" };
};

const one = async (deps: OperationsDeps, line: BillLine, row: BilledRow, options: ImportBill): Promise<BillOutcome> => {
  try {
    const { outcome, resolved } = await inTransaction(deps.db.pool, async (tx) => {
      const booked = await book(tx, line, row, options);
      if (options.dryRun) throw new TakenBack(booked.outcome);
      return booked;
    });
    if (resolved) deps.onResolved?.("import");
    return outcome;
  } catch (error) {
    if (error instanceof TakenBack) return error.outcome;
    throw error;
  }
};

/**
 * Books what a vendor's export or invoice says, each line in a transaction of its own with its audit row. Doubts end,
 * estimates are put right, exact numbers are confirmed; the same file again changes nothing.
 */
export const importBill = async function* (deps: OperationsDeps, options: ImportBill): AsyncGenerator<BillOutcome> {
  const { lines, organizationId } = options;
  const rows = await selectBilled(deps.db.pool, {
    operationIds: lines.flatMap(({ operationId }) => operationId ?? []),
    vendorRequestIds: lines.flatMap(({ operationId, vendorRequestId }) =>
      operationId === undefined && vendorRequestId !== undefined ? [vendorRequestId] : [],
    ),
    organizationId,
  });
  const byName = Map.groupBy(rows, ({ operation_id, vendor_request_id: id }) =>
    id === null ? operation_id : `vendor ${id}`,
  );
  const known = (line: BillLine): readonly BilledRow[] => byName.get(nameOf(line)) ?? [];
  const namings = Map.groupBy(
    lines.filter((line) => known(line)[0]?.vendor === line.vendor),
    (line) => known(line)[0]?.operation_id,
  );
  for (const line of lines) {
    const found = known(line);
    const [row] = found;
    const told = { line: line.line, operationId: row?.operation_id ?? line.operationId, costNanos: line.costNanos };
    const refused = (reason: string): BillOutcome => ({ ...told, outcome: "refused", reason });
    if (!row) yield { ...told, outcome: "unknown" };
    else if (found.length > 1) yield refused("more than one operation has this vendor request id");
    else if (row.vendor !== line.vendor) yield refused(`a call to ${row.vendor}`);
    else if ((namings.get(row.operation_id)?.length ?? 0) > 1) yield refused("named by more than one line");
    else if (line.costNanos < 0n || line.costNanos > mostCostNanos) yield refused("no amount that can be booked");
    else yield await one(deps, line, row, options);
  }
};

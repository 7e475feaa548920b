import { exportText, type ExportCell } from "../../platform/export-text.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import { parquetBytes, type TypedColumn } from "../../platform/parquet-bytes.ts";
import type { EntryExport } from "./export-entries.ts";
import type { ExportedEntry } from "./exported-entry.ts";

type Column = TypedColumn<ExportedEntry>;

const required = (type: Column["type"], value: Column["value"]): Column => ({ type, required: true, value });
const optional = (type: Column["type"], value: Column["value"]): Column => ({ type, value });

/** Microseconds since the epoch. */
const microsOf = (moment: string): bigint => BigInt(`${Date.parse(moment)}${moment.slice(-4, -1)}`);

/** The columns of a file of entries, with their types. */
export const entryColumns = {
  position: required("int64", ({ position }) => BigInt(position)),
  operation_id: required("uuid", ({ operationId }) => operationId),
  kind: required("text", ({ kind }) => kind),
  n: required("int32", ({ n }) => n),
  booked_at: required("moment", ({ bookedAt }) => microsOf(bookedAt)),
  organization: required("text", ({ organization }) => organization),
  app: optional("text", ({ app }) => app),
  user: optional("text", ({ user }) => user),
  key: optional("text", ({ key }) => key),
  customer: optional("text", ({ customer }) => customer),
  operation: required("text", ({ operation }) => operation),
  vendor: required("text", ({ vendor }) => vendor),
  model: optional("text", ({ model }) => model),
  tier: optional("text", ({ tier }) => tier),
  source: required("text", ({ source }) => source),
  calls: required("int32", ({ calls }) => calls),
  failed: required("int32", ({ failed }) => failed),
  input_units: required("int64", ({ inputUnits }) => BigInt(inputUnits)),
  output_units: required("int64", ({ outputUnits }) => BigInt(outputUnits)),
  cost_nanos: required("int64", ({ costNanos }) => BigInt(costNanos)),
  overrun_nanos: required("int64", ({ overrunNanos }) => BigInt(overrunNanos)),
  cost_usd: required("usd", ({ costNanos }) => BigInt(costNanos)),
  created_at: required("moment", ({ createdAt }) => microsOf(createdAt)),
  status: optional("int32", ({ status }) => status),
  error_code: optional("text", ({ errorCode }) => errorCode),
  latency_ms: optional("int32", ({ latencyMs }) => latencyMs),
  request_id: optional("text", ({ requestId }) => requestId),
  vendor_request_id: optional("text", ({ vendorRequestId }) => vendorRequestId),
} as const satisfies Readonly<Record<string, Column>>;

/** How Parquet, and the manifest, call the types. */
export const typeNames: Readonly<Record<Column["type"], string>> = {
  text: "STRING",
  uuid: "UUID",
  int32: "INT32",
  int64: "INT64",
  moment: "TIMESTAMP(MICROS, UTC)",
  usd: "DECIMAL(38, 9)",
};

const cellOf =
  ({ type, value }: Column) =>
  (entry: ExportedEntry): ExportCell => {
    const cell = value(entry);
    if (typeof cell !== "bigint") return cell;
    if (type === "usd") return { plain: formatUsd(cell) };
    if (type !== "moment") return cell;
    const micros = (cell % 1_000n).toString().padStart(3, "0");
    return { plain: new Date(Number(cell / 1_000n)).toISOString().replace("Z", `${micros}Z`) };
  };

const cells = Object.fromEntries(Object.entries(entryColumns).map(([name, column]) => [name, cellOf(column)]));

/** What an export's end says: where the next one begins, and what its entries add up to. */
export const endOf = ({ after, next, totals }: EntryExport) => ({
  after: after.toString(),
  next: next.toString(),
  ...totals(),
});

interface Writing {
  /** See `parquetBytes`. */
  readonly rowsAtOnce: number;
  /** The end is told elsewhere. Parquet has it in its own. */
  readonly endless?: boolean;
}

/** An export as its file, piece by piece. What breaks off lacks its end. */
export const entryBytes = (
  exported: EntryExport,
  { rowsAtOnce, endless = false }: Writing,
): AsyncGenerator<string | Uint8Array, void, void> => {
  const { format, pages } = exported;
  if (format === "parquet")
    return parquetBytes({
      columns: entryColumns,
      pages,
      rowsAtOnce,
      notes: () => Object.fromEntries(Object.entries(endOf(exported)).map(([name, value]) => [name, String(value)])),
    });
  const notes = () => Object.fromEntries(Object.entries(endOf(exported)).filter(([name]) => name !== "rows"));
  return exportText({
    format: format === "csv" ? "csv" : "ndjson",
    pages,
    list: "entries",
    columns: cells,
    notes,
    endless,
  });
};

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import type { BillLine } from "../domain/operations/index.ts";
import { CliError } from "./cli-error.ts";

/** A line that says nothing that could be booked. */
export interface UnreadableLine {
  readonly line: number;
  readonly reason: string;
}

/** A vendor's export or invoice, as it was read. */
export interface Bill {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly lines: readonly BillLine[];
  readonly unreadable: readonly UnreadableLine[];
}

const mostBytes = 16 * 1024 * 1024;
const mostLines = 100_000;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Columns by the names they may have. */
const columns = {
  operationId: ["operation_id", "operation"],
  vendorRequestId: ["vendor_request_id", "request_id"],
  vendor: ["vendor"],
  cost: ["cost_usd", "cost"],
  currency: ["currency"],
} as const;
type Column = keyof typeof columns;

const columnOf = (head: string): Column | undefined => {
  const name = head
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  return (["operationId", "vendorRequestId", "vendor", "cost", "currency"] as const).find((column) =>
    columns[column].some((known) => known === name),
  );
};

/** USD as bills write it, to the nano; what is finer is rounded half up. */
const nanosOf = (text: string): bigint | undefined => {
  const match = /^(\d{1,10})(?:\.(\d{1,30}))?$/.exec(text);
  if (!match?.[1]) return undefined;
  const digits = (match[2] ?? "").padEnd(10, "0");
  const nanos = BigInt(match[1]) * 1_000_000_000n + BigInt(digits.slice(0, 9));
  return nanos + (Number(digits[9]) >= 5 ? 1n : 0n);
};

type Cells = Readonly<Partial<Record<Column, string>>>;

/** A cell as it may be shown on a terminal. */
const shown = (cell: string): string => `"${cell.slice(0, 40).replaceAll(/\p{C}/gu, "?")}"`;

const lineOf = (line: number, cells: Cells): BillLine | UnreadableLine => {
  const operationId = cells.operationId?.toLowerCase() || undefined;
  const vendorRequestId = cells.vendorRequestId || undefined;
  const { vendor = "", cost = "", currency = "" } = cells;
  if (operationId === undefined && vendorRequestId === undefined) return { line, reason: "no id" };
  if (operationId !== undefined && !uuid.test(operationId)) return { line, reason: "no operation id" };
  if (vendor === "" || vendor.length > 64) return { line, reason: "no vendor" };
  if (vendorRequestId !== undefined && vendorRequestId.length > 256) return { line, reason: "no request id" };
  if (currency !== "" && currency.toUpperCase() !== "USD") return { line, reason: `${shown(currency)} is not USD` };
  const costNanos = nanosOf(cost);
  if (costNanos === undefined) return { line, reason: `${shown(cost)} is no amount of USD` };
  return { line, operationId, vendorRequestId, vendor: vendor.toLowerCase(), costNanos };
};

interface Records {
  readonly heads: readonly (Column | false)[];
  readonly records: readonly { readonly cells: Cells; readonly line: number }[];
}

const recordsOf = (bytes: Buffer, path: string): Records => {
  let heads: (Column | false)[] = [];
  const records: { cells: Cells; line: number }[] = [];
  try {
    parse<null, Cells>(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: 65_536,
      to: mostLines + 1,
      columns: (names) => (heads = names.map((name) => columnOf(name) ?? false)),
      on_record: (cells, { lines }) => {
        records.push({ cells, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new CliError(`${path} is not a CSV file: ${error.message}`);
    throw error;
  }
  return { heads, records };
};

/** Reads a CSV file whose first line names the columns. */
export const readBill = async (path: string): Promise<Bill> => {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw new CliError(`There is no file ${path}.`);
  if (file.size > mostBytes)
    throw new CliError(`${path} is larger than 16 MiB: split it, with its first line in each part.`);
  const bytes = await readFile(path);
  const { heads, records } = recordsOf(bytes, path);
  const has = (column: Column): boolean => heads.includes(column);
  if (!has("vendor") || !has("cost") || !(has("operationId") || has("vendorRequestId"))) {
    throw new CliError(
      `The first line of ${path} has to name the columns: operation_id or vendor_request_id (or both), vendor, and cost_usd.`,
    );
  }
  const named = heads.filter((head) => head !== false);
  if (new Set(named).size < named.length)
    throw new CliError(`Two columns of ${path} have the same meaning: leave one of each.`);
  if (records.length > mostLines) throw new CliError(`${path} has more than ${mostLines} lines: split it.`);
  const read = records.map(({ cells, line }) => lineOf(line, cells));
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    lines: read.filter((line) => "costNanos" in line),
    unreadable: read.filter((line) => "reason" in line),
  };
};

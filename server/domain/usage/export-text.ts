import { csvText } from "../../platform/csv-text.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import type { ExportedOperation, ExportFormat, UsageExport } from "./export-usage.ts";

/** Media types of the formats. */
export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson",
  json: "application/json",
};

const columns = [
  "operationId",
  "createdAt",
  "endedAt",
  "state",
  "operation",
  "app",
  "user",
  "key",
  "customer",
  "vendor",
  "model",
  "tier",
  "source",
  "status",
  "errorCode",
  "inputUnits",
  "outputUnits",
  "heldNanos",
  "costNanos",
  "overrunNanos",
  "latencyMs",
  "requestId",
  "vendorRequestId",
] as const satisfies readonly (keyof ExportedOperation)[];

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const csvRow = (row: ExportedOperation): string => {
  const cells = columns.map((column) => {
    const value = row[column];
    return value === null ? "" : typeof value === "string" ? csvText(value) : String(value);
  });
  return [...cells, row.costNanos === null ? "" : formatUsd(BigInt(row.costNanos))].join(",");
};

interface Writing {
  readonly head: string;
  readonly row: (row: ExportedOperation, first: boolean) => string;
  /** Says how many rows there were: without it, the export broke off. */
  readonly end: (rows: number) => string;
}

const writings: Readonly<Record<ExportFormat, Writing>> = {
  csv: {
    head: `${[...columns.map(snake), "cost_usd"].join(",")}\r\n`,
    row: (row) => `${csvRow(row)}\r\n`,
    end: (rows) => `# complete: ${rows} rows\r\n`,
  },
  ndjson: {
    head: "",
    row: (row) => `${JSON.stringify(row)}\n`,
    end: (rows) => `${JSON.stringify({ complete: true, rows })}\n`,
  },
  json: {
    head: '{"operations":[',
    row: (row, first) => `${first ? "" : ","}\n${JSON.stringify(row)}`,
    end: (rows) => `\n],"rows":${rows}}\n`,
  },
};

/** An export as text, a page at a time; the last piece says how many rows there were. */
export const exportText = async function* ({ format, pages }: UsageExport): AsyncGenerator<string, void, void> {
  const { head, row, end } = writings[format];
  let rows = 0;
  if (head !== "") yield head;
  for await (const page of pages) {
    yield page.map((operation, place) => row(operation, rows + place === 0)).join("");
    rows += page.length;
  }
  yield end(rows);
};

import { exportText, type ExportCell } from "../../platform/export-text.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import type { ExportedOperation, UsageExport } from "./export-usage.ts";

const fields = [
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

const columns: Readonly<Record<string, (row: ExportedOperation) => ExportCell>> = {
  ...Object.fromEntries(fields.map((field) => [snake(field), (row: ExportedOperation) => row[field]])),
  cost_usd: ({ costNanos }) => (costNanos === null ? null : formatUsd(BigInt(costNanos))),
};

/** An export as text, a page at a time; the last piece says how many rows there were. */
export const usageExportText = ({ format, pages }: UsageExport): AsyncGenerator<string, void, void> =>
  exportText({ format, pages, list: "operations", columns });

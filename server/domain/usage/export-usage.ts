import { z } from "zod";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { walletsOf } from "./explore-usage.ts";
import { exportedPages, type ExportedRow } from "./store-export.ts";
import { selectBounds } from "./store-periods.ts";
import { usageFilters } from "./usage-dimension.ts";
import { endsAfterItBegins, isShortEnough, usagePeriod } from "./usage-period.ts";
import { withinReach, type UsageReader } from "./usage-reach.ts";

/** How an export is written down. */
export const ExportFormat = z.enum(["csv", "ndjson", "json"]);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Input of `exportUsage`. */
export const ExportUsageInput = z
  .strictObject({
    ...usagePeriod,
    format: ExportFormat.default("csv").describe(
      "Of the REST endpoint and the command line; the typed client reads rows",
    ),
    ...usageFilters,
  })
  .refine(endsAfterItBegins, { path: ["to"], error: "later than from" })
  .refine((input) => isShortEnough(input, "day"), {
    path: ["to"],
    error: "at most 400 days",
  });
export type ExportUsageInput = z.input<typeof ExportUsageInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");
const text = z.string().nullable();
const moment = z.iso.datetime();

/** One operation of an export. */
export const ExportedOperation = z.object({
  operationId: z.string(),
  createdAt: moment,
  endedAt: moment.nullable(),
  state: z.string(),
  operation: z.string(),
  app: text,
  user: text,
  key: text,
  customer: text,
  vendor: z.string(),
  model: text,
  tier: text,
  source: text,
  status: z.int().nullable(),
  errorCode: text,
  inputUnits: z.int(),
  outputUnits: z.int(),
  heldNanos: nanos,
  costNanos: nanos.nullable(),
  overrunNanos: nanos,
  latencyMs: z.int().nullable(),
  requestId: text,
  vendorRequestId: text,
});
export type ExportedOperation = z.infer<typeof ExportedOperation>;

/** Operations read, and held in memory, at once. */
const pageSize = 1_000;

const view = (row: ExportedRow): ExportedOperation => ({
  operationId: row.operation_id,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  state: row.state,
  operation: row.operation,
  app: row.app,
  user: row.user,
  key: row.key,
  customer: row.customer,
  vendor: row.vendor,
  model: row.model === "" ? null : row.model,
  tier: row.tier,
  source: row.source,
  status: row.status,
  errorCode: row.error_code,
  inputUnits: Number(row.input_units),
  outputUnits: Number(row.output_units),
  heldNanos: row.held,
  costNanos: row.cost,
  overrunNanos: row.overrun ?? "0",
  latencyMs: row.latency_ms,
  requestId: row.request_id,
  vendorRequestId: row.vendor_request_id,
});

/** An export that has begun: what it is called, and its operations, a page at a time. */
export interface UsageExport {
  readonly fileName: string;
  readonly format: ExportFormat;
  readonly pages: AsyncGenerator<readonly ExportedOperation[], void, void>;
}

const viewed = async function* (
  pages: AsyncIterable<readonly ExportedRow[]>,
): AsyncGenerator<readonly ExportedOperation[], void, void> {
  for await (const rows of pages) if (rows.length > 0) yield rows.map(view);
};

/** The operations of a period, oldest first. Input and rights are checked before it begins. */
export const exportUsage = async (
  deps: Pick<DirectoryDeps, "db">,
  reader: UsageReader,
  input: ExportUsageInput,
): Promise<UsageExport> => {
  const { from, to, timeZone, format, ...asked } = parseInput(ExportUsageInput, input);
  const { pool } = deps.db;
  const { filter } = withinReach(reader, asked);
  const wallets = await walletsOf(deps, reader, filter);
  const bounds = await selectBounds(pool, { from, to, timeZone });
  const query = {
    organizationId: reader.organizationId,
    ...bounds,
    filter,
    wallets,
    pageSize,
  };
  return {
    fileName: `usage-${from.slice(0, 10)}-${to.slice(0, 10)}.${format}`,
    format,
    pages: viewed(exportedPages(pool, query)),
  };
};

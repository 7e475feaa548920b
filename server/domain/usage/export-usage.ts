import { z } from "zod";
import { ExportFormat } from "../../platform/export-text.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { withinReach, type UsageReader } from "../reach/index.ts";
import { walletsOf } from "./explore-usage.ts";
import { exportedPages, type ExportedRow } from "./store-export.ts";
import { selectBounds } from "./store-periods.ts";
import { usageFilters } from "./usage-dimension.ts";
import { endsAfterItBegins, isShortEnough, usagePeriod } from "./usage-period.ts";

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
  operationId: z.string().describe("By which `operations.get` finds it"),
  createdAt: moment.describe("When the call was reserved"),
  endedAt: moment.nullable().describe("When it was booked or released; null while it is open"),
  state: z
    .string()
    .describe("`settled` or `released` once it has ended; until then `open`, or in doubt: `uncertain`, `late`"),
  operation: z.string().describe("What was called, as `family.verb`, such as `ai.generateText`"),
  app: text.describe("Id of the app that called; null where none is named"),
  user: text.describe("Id of the person for whom it was called; null where it was for none"),
  key: text.describe("Id of the API key or service token; null where a person's token was used"),
  customer: text.describe("The app's own id of the customer whose wallet paid; null where none did"),
  vendor: z.string().describe("Id of the vendor that was asked last"),
  model: text.describe("The vendor's model id; null where no model is asked for"),
  tier: text.describe("Whose credential paid: `byok`, `org_override` or `platform_default`; null where none was used"),
  source: text.describe("Where the usage comes from; null where nothing is booked"),
  status: z.int().nullable().describe("HTTP status of the answer; null while there is none"),
  errorCode: text.describe("Code of the error; null where it succeeded"),
  inputUnits: z.int().describe("Units of all input classes together"),
  outputUnits: z.int().describe("Units of all output classes together"),
  heldNanos: nanos.describe("Nano-USD that were reserved"),
  costNanos: nanos.nullable().describe("Nano-USD; null while nothing is booked"),
  overrunNanos: nanos.describe("Nano-USD of the cost beyond what was reserved"),
  latencyMs: z.int().nullable().describe("Milliseconds until the answer; null while there is none"),
  requestId: text.describe("Nexus' id of the request"),
  vendorRequestId: text.describe("The vendor's id of the request; null where it told none"),
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
  // An empty page is passed on, too: who has left is noticed between pages, however few calls match.
  for await (const rows of pages) yield rows.map(view);
};

/** The operations of a period, oldest first. Input and rights are checked before it begins. */
export const exportUsage = async (
  deps: Pick<DirectoryDeps, "db">,
  reader: UsageReader,
  input: ExportUsageInput,
): Promise<UsageExport> => {
  const { from, to, timeZone, format, ...asked } = parseInput(ExportUsageInput, input);
  const { pool } = deps.db;
  const { userId } = withinReach(reader, asked.user);
  const filter = { ...asked, user: userId };
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

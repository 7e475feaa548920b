import { z } from "zod";
import type { OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { withinReach, type UsageReader } from "../reach/index.ts";
import type { EntryTotals, ExportedEntry } from "./exported-entry.ts";
import { requireCustomersRead } from "./require-customers-read.ts";
import { entryPages, positionAt, settledPosition, type PositionedEntry } from "./store-entries.ts";
import { usageFilters } from "./usage-dimension.ts";

/** How an export of entries is written down. */
export const EntryFormat = z.enum(["parquet", "csv", "jsonl"]);
export type EntryFormat = z.infer<typeof EntryFormat>;

const isPosition = (text: string): boolean => /^\d{1,18}$/.test(text);
const dayOrMoment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const place = z
  .string()
  .max(40)
  .refine((text) => isPosition(text) || dayOrMoment.safeParse(text).success, {
    error: "a day of UTC such as 2026-11-01, a moment such as 2026-11-01T12:00:00Z, or a position such as 184467",
  });
const { app, user, key, customer, family, operation, vendor, model, tier, source } = usageFilters;

/** Input of `exportEntries`. */
export const ExportEntriesInput = z.strictObject({
  since: place.describe(
    "A day of UTC, a moment, or the position at which the export before this one ended (`next`): what was booked from then on",
  ),
  until: place
    .optional()
    .describe("Exclusive: a day of UTC or a moment; or a position, that one included. Without it up to now"),
  format: EntryFormat.default("jsonl").describe(
    "Of the REST endpoint and the command line; the typed client reads entries",
  ),
  app,
  user,
  key,
  customer,
  family,
  operation,
  vendor,
  model,
  tier,
  source,
});
export type ExportEntriesInput = z.input<typeof ExportEntriesInput>;

/** An export of entries that has begun. */
export interface EntryExport {
  readonly fileName: string;
  readonly format: EntryFormat;
  /** Null: all of them. */
  readonly organizationId: string | null;
  /** The position after which it begins. */
  readonly after: bigint;
  /** The last position that it looks at; the next export begins after it. */
  readonly next: bigint;
  readonly pages: AsyncGenerator<readonly ExportedEntry[], void, void>;
  /** Of the pages that were read so far. */
  readonly totals: () => EntryTotals;
}

/** Entries held in memory at once. */
const pageSize = 5_000;

/** Microseconds since the epoch, as a moment of UTC that keeps all of them. */
const momentOf = (micros: string): string =>
  `${new Date(Number(micros.slice(0, -3))).toISOString().slice(0, -1)}${micros.slice(-3)}Z`;

const view = (row: PositionedEntry): ExportedEntry => ({
  position: row.o_position,
  operationId: row.o_operation_id,
  kind: row.o_kind,
  n: row.o_n,
  bookedAt: momentOf(row.o_at),
  organization: row.o_org,
  app: row.o_app,
  user: row.o_user,
  key: row.o_key,
  customer: row.o_customer,
  operation: row.o_operation,
  vendor: row.o_vendor,
  model: row.o_model,
  tier: row.o_tier,
  source: row.o_source,
  calls: row.o_calls,
  failed: row.o_failed,
  inputUnits: Number(row.o_input),
  outputUnits: Number(row.o_output),
  costNanos: row.o_cost,
  overrunNanos: row.o_overrun,
  createdAt: momentOf(row.o_created),
  status: row.o_status,
  errorCode: row.o_error,
  latencyMs: row.o_latency,
  requestId: row.o_request,
  vendorRequestId: row.o_vendor_request,
});

const addingUp = () => {
  let [rows, calls, failed] = [0, 0, 0];
  let [inputUnits, outputUnits, costNanos, overrunNanos] = [0n, 0n, 0n, 0n];
  return {
    add: (entries: readonly ExportedEntry[]): void => {
      rows += entries.length;
      for (const entry of entries) {
        calls += entry.calls;
        failed += entry.failed;
        inputUnits += BigInt(entry.inputUnits);
        outputUnits += BigInt(entry.outputUnits);
        costNanos += BigInt(entry.costNanos);
        overrunNanos += BigInt(entry.overrunNanos);
      }
    },
    totals: (): EntryTotals => ({
      rows,
      calls,
      failed,
      inputUnits: inputUnits.toString(),
      outputUnits: outputUnits.toString(),
      costNanos: costNanos.toString(),
      overrunNanos: overrunNanos.toString(),
    }),
  };
};

const refuse = (field: string, expected: string): never => {
  throw new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });
};

/**
 * The ledger's entries in the order in which they were booked: up to a position that nothing can appear before any more, so that
 * exports that go on where the last one ended tell each entry exactly once.
 */
export const exportEntries = async (
  deps: Pick<DirectoryDeps, "db">,
  reader: UsageReader | OperatorContext,
  input: ExportEntriesInput,
): Promise<EntryExport> => {
  const { since, until, format, ...asked } = parseInput(ExportEntriesInput, input);
  if (until !== undefined && !isPosition(since) && !isPosition(until) && Date.parse(until) <= Date.parse(since))
    refuse("until", "later than since");
  const { pool } = deps.db;
  const ofOne = "organizationId" in reader ? reader : undefined;
  const filter = { ...asked, user: ofOne === undefined ? asked.user : withinReach(ofOne, asked.user).userId };
  if (asked.customer !== undefined && ofOne !== undefined) requireCustomersRead(ofOne);
  const horizon = await settledPosition(pool);
  const positionOf = (text: string): Promise<bigint> | bigint =>
    isPosition(text) ? BigInt(text) : positionAt(pool, new Date(text), horizon);
  const after = await positionOf(since);
  const wanted = until === undefined ? horizon : await positionOf(until);
  if (after > horizon)
    refuse(
      "since",
      `a position up to ${horizon}, the last one of this ledger: one that was restored from a backup is exported anew, from a moment before it`,
    );
  if (wanted < after) refuse("until", "later than since");
  const next = wanted < horizon ? wanted : horizon;
  const { add, totals } = addingUp();
  const pages = async function* (): AsyncGenerator<readonly ExportedEntry[], void, void> {
    const query = { organizationId: ofOne?.organizationId ?? null, after, until: next, filter, pageSize };
    // An empty page is passed on, too: who has left is noticed between pages.
    for await (const rows of entryPages(pool, query)) {
      const entries = rows.map(view);
      add(entries);
      yield entries;
    }
  };
  return {
    fileName: `entries-${after}-${next}.${format}`,
    format,
    organizationId: ofOne?.organizationId ?? null,
    after,
    next,
    pages: pages(),
    totals,
  };
};

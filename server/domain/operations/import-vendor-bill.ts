import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { importBill, type BillLine } from "./import-bill.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { mostCostNanos } from "./resolve-operation.ts";

const Line = z
  .strictObject({
    operationId: z.uuid().toLowerCase().optional(),
    vendorRequestId: z.string().min(1).max(256).optional(),
    vendor: z.string().min(1).max(64).describe("As Nexus names it"),
    costNanos: z.string().refine((text) => /^\d{1,16}$/.test(text) && BigInt(text) <= mostCostNanos, {
      error: `whole nano-USD, at most ${mostCostNanos}`,
    }),
  })
  .refine(({ operationId, vendorRequestId }) => (operationId === undefined) !== (vendorRequestId === undefined), {
    path: ["operationId"],
    error: "either operationId or vendorRequestId",
  });

/** Input of `importVendorBill`. */
export const ImportBillInput = z.strictObject({
  lines: z.array(Line).min(1).max(1_000),
  evidence: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("SHA-256 of the export or invoice, hexadecimal: kept on the rows"),
  organizationId: z.string().min(1).max(128).optional().describe("Only this organization; all when absent"),
  dryRun: z.boolean().default(false).describe("Show what would change, and change nothing"),
  force: z.boolean().default(false).describe("Also replace a different amount that the vendor itself reported"),
});
export type ImportBillInput = z.input<typeof ImportBillInput>;

export const ImportBillOutput = z.object({
  outcomes: z.array(
    z.object({
      line: z.int().describe("From 1"),
      outcome: z
        .enum(["corrected", "same", "unknown", "refused"])
        .describe("corrected: booked; same: it was right; unknown: no such operation; refused: see `reason`"),
      operationId: z.string().nullable(),
      reason: z.string().nullable(),
      wasNanos: z.string().nullable(),
      costNanos: z.string(),
    }),
  ),
});
export type ImportBillOutput = z.output<typeof ImportBillOutput>;

/** Books a vendor's export or invoice; what the platform pays is for its administrators to say. */
export const importVendorBill = async (
  deps: OperationsDeps,
  ctx: CallContext,
  input: ImportBillInput,
): Promise<ImportBillOutput> => {
  const { lines, evidence, organizationId, dryRun, force } = parseInput(ImportBillInput, input);
  if (ctx.actor.kind !== "user" || !ctx.actor.platformBypass)
    throw new NexusError("SCOPE_DENIED", { message: "Only a platform administrator imports a vendor's bill." });
  const numbered: BillLine[] = lines.map(({ operationId, vendorRequestId, vendor, costNanos }, at) => ({
    line: at + 1,
    operationId,
    vendorRequestId,
    vendor,
    costNanos: BigInt(costNanos),
  }));
  const outcomes: ImportBillOutput["outcomes"] = [];
  for await (const each of importBill(deps, {
    lines: numbered,
    evidence,
    operator: ctx,
    organizationId,
    dryRun,
    force,
  }))
    outcomes.push({
      line: each.line,
      outcome: each.outcome,
      operationId: each.operationId ?? null,
      reason: each.reason ?? null,
      wasNanos: each.wasNanos ?? null,
      costNanos: each.costNanos.toString(),
    });
  return { outcomes };
};

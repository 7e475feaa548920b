import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { Reach, withinReach } from "../reach/index.ts";
import { selectUsageSums, usageDimensions } from "./store.ts";

const hourMs = 3_600_000;
const longestMs = { hour: 32 * 24 * hourMs, day: 400 * 24 * hourMs } as const;
const mostRows = 5_000;

const name = z.string().min(1).max(256).optional();

/** Input of `summarizeUsage`. */
export const SummarizeUsageInput = z
  .strictObject({
    from: z.iso.datetime({ offset: true }).describe("Rounded down to the hour"),
    to: z.iso.datetime({ offset: true }).describe("Exclusive, rounded up to the hour"),
    step: z.enum(["hour", "day"]).default("day").describe("In UTC; at most 32 days of hours, 400 days of days"),
    by: z.array(z.enum(usageDimensions)).max(3).default([]),
    appId: name,
    userId: name,
    keyId: name,
    vendor: name,
    model: name,
    source: name,
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ["to"], error: "later than from" })
  .refine(({ from, to, step }) => Date.parse(to) - Date.parse(from) <= longestMs[step], {
    path: ["to"],
    error: "a shorter range for this step",
  });
export type SummarizeUsageInput = z.input<typeof SummarizeUsageInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");
const dimension = z.string().nullable().describe("Null where not grouped by it, or not attributed");

export const UsageSum = z.object({
  at: z.iso.datetime().describe("Begin of the hour or day in which the calls were made"),
  appId: dimension,
  userId: dimension,
  keyId: dimension,
  vendor: dimension,
  model: dimension,
  source: dimension,
  calls: z.int().describe("Ended, paid or not"),
  failed: z.int().describe("Ended without effect"),
  costNanos: nanos,
  overrunNanos: nanos.describe("The part of the cost beyond holds"),
  inputUnits: z.int().describe("Tokens in, cached ones included"),
  outputUnits: z.int().describe("Tokens out, reasoning included"),
});
export type UsageSum = z.infer<typeof UsageSum>;

export const SummarizeUsageOutput = z.object({ reach: Reach, sums: z.array(UsageSum) });
export type SummarizeUsageOutput = z.output<typeof SummarizeUsageOutput>;

/** Sums of what the caller sees by time and attribution, up to the last settled call. */
export const summarizeUsage = async (
  deps: Deps,
  ctx: CallContext,
  input: SummarizeUsageInput,
): Promise<SummarizeUsageOutput> => {
  const { from, to, step, by, ...asked } = parseInput(SummarizeUsageInput, input);
  const { reach, userId } = withinReach(ctx, asked.userId);
  const filters = { ...asked, userId };
  const rows = await selectUsageSums(deps.db.pool, {
    organizationId: ctx.organizationId,
    from: new Date(Math.floor(Date.parse(from) / hourMs) * hourMs),
    to: new Date(Math.ceil(Date.parse(to) / hourMs) * hourMs),
    step,
    by,
    filters,
    limit: mostRows + 1,
  });
  if (rows.length > mostRows) {
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "by", expected: `at most ${mostRows} sums: a shorter range or fewer dimensions` }],
    });
  }
  return {
    reach,
    sums: rows.map((row) => ({
      at: row.at.toISOString(),
      appId: row.app_id,
      userId: row.user_id,
      keyId: row.key_id,
      vendor: row.vendor,
      model: row.model,
      source: row.source,
      calls: Number(row.calls),
      failed: Number(row.failed),
      costNanos: row.cost,
      overrunNanos: row.overrun,
      inputUnits: Number(row.input_units),
      outputUnits: Number(row.output_units),
    })),
  };
};

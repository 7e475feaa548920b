import { z } from "zod";
import { latenciesOf } from "./latency.ts";
import type { SumRow } from "./store-sums.ts";

const nanos = z.string().describe("Nano-USD, a decimal string");

/** What is counted of calls. */
export const UsageMeasures = z.object({
  calls: z.int().describe("Ended, paid or not"),
  errors: z.int().describe("Ended without effect"),
  costNanos: nanos,
  overrunNanos: nanos.describe("The part of the cost beyond holds"),
  inputUnits: z.int().describe("Tokens in, cached ones included"),
  outputUnits: z.int().describe("Tokens out, reasoning included"),
  messages: z.int().describe("Mails that were accepted by a vendor"),
  latencyP50Ms: z
    .int()
    .nullable()
    .describe("Median of paid calls, to the precision of its class; null where there are none"),
  latencyP95Ms: z.int().nullable().describe("95th percentile of paid calls; null where there are none"),
});
export type UsageMeasures = z.infer<typeof UsageMeasures>;

type Summed = Pick<
  SumRow,
  "calls" | "failed" | "messages" | "cost" | "overrun" | "input_units" | "output_units" | "latency"
>;

/** Adds rows up; sums of sums stay exact. */
export const measuresOf = (rows: readonly Summed[]): UsageMeasures => {
  const sum = (column: keyof Summed): bigint => rows.reduce((total, row) => total + BigInt(row[column]), 0n);
  return {
    calls: Number(sum("calls")),
    errors: Number(sum("failed")),
    costNanos: sum("cost").toString(),
    overrunNanos: sum("overrun").toString(),
    inputUnits: Number(sum("input_units")),
    outputUnits: Number(sum("output_units")),
    messages: Number(sum("messages")),
    ...latenciesOf(sum("latency").toString()),
  };
};

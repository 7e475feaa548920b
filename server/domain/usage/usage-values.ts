import { z } from "zod";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { withinReach, type UsageReader } from "../reach/index.ts";
import { nameUsage, UsageValue } from "./name-usage.ts";
import { selectValues } from "./store-values.ts";
import { UsageGrouping } from "./usage-dimension.ts";
import { requireCustomersRead } from "./require-customers-read.ts";

/** Input of `listUsageValues`. */
export const UsageValuesInput = z.strictObject({
  of: UsageGrouping.exclude(["status"]).describe("What is searched"),
  search: z.string().max(100).default("").describe("Part of a value, or of its name"),
  days: z.int().min(1).max(400).default(90).describe("Used within so many days"),
  limit: z.int().min(1).max(100).default(20),
});
export type UsageValuesInput = z.input<typeof UsageValuesInput>;

export const UsageValuesOutput = z.object({
  values: z
    .array(UsageValue.extend({ calls: z.int().describe("Within these days") }))
    .describe("Those with most calls first"),
  more: z.boolean().describe("There are others: search for them"),
});
export type UsageValuesOutput = z.output<typeof UsageValuesOutput>;

/** Looked at for one answer, the most used ones. */
const mostValues = 1_000;

/** Values to filter usage by, as far as the reader sees usage. */
export const listUsageValues = async (
  deps: DirectoryDeps,
  reader: UsageReader,
  input: UsageValuesInput,
): Promise<UsageValuesOutput> => {
  const { of, search, days, limit } = parseInput(UsageValuesInput, input);
  if (of === "customer") requireCustomersRead(reader);
  const { userId } = withinReach(reader, undefined);
  const rows = await selectValues(deps.db.pool, {
    organizationId: reader.organizationId,
    of,
    userId,
    since: new Date(deps.clock.now() - days * 86_400_000),
    limit: mostValues,
  });
  const nameOf = await nameUsage(deps, reader.organizationId, {
    [of]: rows.map(({ value }) => value),
  });
  const wanted = search.toLowerCase();
  const found = rows
    .map(({ value, calls }) => ({ ...nameOf(of, value), calls: Number(calls) }))
    .filter(({ value, name }) => [value, name].some((text) => text?.toLowerCase().includes(wanted)));
  return { values: found.slice(0, limit), more: found.length > limit };
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { utcDayOf } from "./app-activity.ts";
import { selectGaps } from "./store.ts";

export const ListAttributionGapsInput = z.strictObject({
  days: z.int().min(1).max(366).default(30).describe("How far to look back, today included."),
});
export type ListAttributionGapsInput = z.input<typeof ListAttributionGapsInput>;

export const ListAttributionGapsOutput = z.object({
  gaps: z.array(
    z.object({
      day: z.iso.date().describe("UTC."),
      calls: z.int().describe("Calls that are not attributed to an app."),
    }),
  ),
});
export type ListAttributionGapsOutput = z.output<typeof ListAttributionGapsOutput>;

const dayMs = 86_400_000;

/** Days on which the organization made calls that no app could be named for, newest first. */
export const listAttributionGaps = async (
  deps: Deps,
  ctx: CallContext,
  input: ListAttributionGapsInput,
): Promise<ListAttributionGapsOutput> => {
  const { days } = parseInput(ListAttributionGapsInput, input);
  const since = utcDayOf(deps.clock.now() - (days - 1) * dayMs);
  const gaps = await selectGaps(deps.db.pool, ctx.organizationId, since);
  return { gaps: gaps.map(({ day, calls }) => ({ day, calls: Number(calls) })) };
};

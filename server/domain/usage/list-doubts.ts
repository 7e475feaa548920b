import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoubtDeps } from "./doubt-deps.ts";
import { OperationView } from "./operation-view.ts";
import { viewOperation } from "./operation-row.ts";
import { selectDoubts } from "./store-doubts.ts";

/** Input of `listDoubts`. */
export const ListDoubtsInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  vendor: z.string().min(1).max(256).optional(),
});
export type ListDoubtsInput = z.input<typeof ListDoubtsInput>;

export const ListDoubtsOutput = z.object({
  doubts: z.array(OperationView),
  count: z.int().describe("All that match, on every page"),
  heldNanos: z.string().describe("What is held for all that match: nano-USD, a decimal string"),
  next: z.string().nullable().describe("Pass as `before`; null at the end"),
});
export type ListDoubtsOutput = z.output<typeof ListDoubtsOutput>;

/** Operations of which nobody can tell what they have cost, newest first; of every organization where none is named. */
export const listDoubtsOf = async (
  deps: DoubtDeps,
  organizationId: string | undefined,
  input: ListDoubtsInput = {},
): Promise<ListDoubtsOutput & { readonly organizationIds: readonly string[] }> => {
  const { before, limit, vendor } = parseInput(ListDoubtsInput, input);
  const { rows, count, held } = await selectDoubts(deps.db.pool, {
    organizationId,
    before,
    vendor,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  return {
    doubts: page.map((row) => viewOperation(row, deps)),
    organizationIds: page.map(({ org_id: id }) => id),
    count,
    heldNanos: held,
    next: rows.length > limit ? (page.at(-1)?.operation_id ?? null) : null,
  };
};

/** The doubts of the caller's organization. */
export const listDoubts = async (
  deps: DoubtDeps,
  ctx: CallContext,
  input: ListDoubtsInput,
): Promise<ListDoubtsOutput> => {
  const { doubts, count, heldNanos, next } = await listDoubtsOf(deps, ctx.organizationId, input);
  return { doubts, count, heldNanos, next };
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OrganizationOperatorContext } from "../../contracts/operator.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { BudgetRequest, viewRequest } from "./budget-request.ts";
import { selectRequests } from "./store.ts";

/** Input of `listRequests`. */
export const ListRequestsInput = z.strictObject({
  state: z.enum(["open", "granted", "declined"]).optional().describe("In one state alone"),
  limit: z.int().min(1).max(200).default(50),
});
export type ListRequestsInput = z.input<typeof ListRequestsInput>;

export const ListRequestsOutput = z.object({ requests: z.array(BudgetRequest).describe("Newest first") });
export type ListRequestsOutput = z.output<typeof ListRequestsOutput>;

/** What was asked for beyond budgets: everything, for whoever may set them; else what the caller asked for. */
export const listRequests = async (
  deps: Deps,
  reader: CallContext | OrganizationOperatorContext,
  input: ListRequestsInput = {},
): Promise<ListRequestsOutput> => {
  const { state, limit } = parseInput(ListRequestsInput, input);
  const { organizationId } = reader;
  const { userId, seesAll } = isOperator(reader)
    ? { userId: undefined, seesAll: true }
    : { userId: reader.userId, seesAll: reader.permissions.has("srv_nexus.budgets:manage") };
  if (!seesAll && userId === undefined) return { requests: [] };
  const rows = await selectRequests(deps.db.pool, {
    organizationId,
    userId: seesAll ? undefined : userId,
    state,
    limit,
  });
  return { requests: rows.map(viewRequest) };
};

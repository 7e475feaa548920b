import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { credentialTiers } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { Reach, withinReach } from "../reach/index.ts";
import { viewOperation } from "./operation-row.ts";
import { OperationState, OperationView } from "./operation-view.ts";
import type { OperationsDeps } from "./operations-deps.ts";
import { selectOperations, selectUncertain } from "./store.ts";

const name = z.string().min(1).max(256).optional();

/** Input of `listOperations`. */
export const ListOperationsInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  appId: name,
  userId: name,
  keyId: name,
  vendor: name,
  model: name,
  family: z.enum(["ai", "email", "payments"]).optional().describe("Of the operation"),
  operation: name.describe("What was called, as in `ai.generateText`"),
  tier: z.enum(credentialTiers).optional().describe("Whose credential paid"),
  source: name.describe("Where the numbers come from: provider, drained, estimated, cache, operator, import or none"),
  status: z.enum(["succeeded", "failed"]).optional().describe("failed: ended without effect; succeeded: paid"),
  unattributed: z.boolean().optional().describe("Those alone that name no app"),
  unpriced: z.boolean().optional().describe("Those alone in which something was metered that has no price"),
  state: OperationState.optional(),
  needsReview: z
    .boolean()
    .optional()
    .describe("With `state: uncertain`: those alone that only a person, or a report, can resolve"),
});
export type ListOperationsInput = z.input<typeof ListOperationsInput>;

const Listed = z.object({
  operations: z.array(OperationView),
  next: z
    .string()
    .nullable()
    .describe(
      "Pass as `before`; null at the end. A page filtered by `tier`, `unpriced` or `state: late` may be short, even empty, and still go on",
    ),
  uncertain: z
    .object({ count: z.int(), heldNanos: z.string().describe("Nano-USD, a decimal string") })
    .nullable()
    .describe("With `state: uncertain`: how many match, on all pages, and what is held for them"),
});
export const ListOperationsOutput = Listed.extend({ reach: Reach });
export type ListOperationsOutput = z.output<typeof ListOperationsOutput>;

interface ListedOperations extends z.output<typeof Listed> {
  /** Whose operations they are, in their order. */
  readonly organizationIds: readonly string[];
}

/** Operations, newest first; of every organization where none is named, which only those of unknown outcome can be. */
export const listOperationsOf = async (
  deps: OperationsDeps,
  organizationId: string | undefined,
  input: ListOperationsInput,
): Promise<ListedOperations> => {
  const query = parseInput(ListOperationsInput, input);
  if (query.needsReview === true && query.state !== "uncertain")
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "state", expected: "uncertain, with needsReview" }] });
  if (query.state === "uncertain") {
    const { rows, count, held } = await selectUncertain(deps.db.pool, { ...query, organizationId });
    const page = rows.slice(0, query.limit);
    return {
      operations: page.map((row) => viewOperation(row, deps)),
      organizationIds: page.map(({ org_id: id }) => id),
      next: rows.length > query.limit ? (page.at(-1)?.operation_id ?? null) : null,
      uncertain: { count, heldNanos: held },
    };
  }
  if (organizationId === undefined)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "state", expected: "uncertain, where no organization is named" }],
    });
  const { rows, next } = await selectOperations(deps.db.pool, { ...query, organizationId });
  return {
    operations: rows.map((row) => viewOperation(row, deps)),
    organizationIds: rows.map(() => organizationId),
    next: next ?? null,
    uncertain: null,
  };
};

/** The operations that the caller sees. */
export const listOperations = async (
  deps: OperationsDeps,
  ctx: CallContext,
  input: ListOperationsInput,
): Promise<ListOperationsOutput> => {
  const query = parseInput(ListOperationsInput, input);
  const { reach, userId } = withinReach(ctx, query.userId);
  const { operations, next, uncertain } = await listOperationsOf(deps, ctx.organizationId, { ...query, userId });
  return { reach, operations, next, uncertain };
};

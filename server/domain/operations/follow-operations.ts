import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { withinReach } from "../reach/index.ts";
import { ListOperationsInput } from "./list-operations.ts";
import type { OperationTail } from "./open-operation-tail.ts";
import { viewOperation, type OperationRow } from "./operation-row.ts";
import { OperationView } from "./operation-view.ts";
import type { OperationsDeps } from "./operations-deps.ts";

/** Input of `followOperations`: the filters of the list. */
export const FollowOperationsInput = ListOperationsInput.omit({
  before: true,
  limit: true,
  from: true,
  to: true,
  needsReview: true,
});
export type FollowOperationsInput = z.input<typeof FollowOperationsInput>;

/** What has happened since the part before. */
export const FollowedOperations = z.object({
  type: z.literal("operations").describe("The one kind of part"),
  operations: z
    .array(OperationView)
    .describe("That began, or changed their state; oldest first, none where nothing happened"),
  missed: z.int().min(0).describe("At least so many more did and are not told: list the operations to see them"),
});
export type FollowedOperations = z.output<typeof FollowedOperations>;

type Filters = z.output<typeof FollowOperationsInput>;

const statusOf = (state: OperationRow["state"]): string | undefined => {
  if (state === "released") return "failed";
  return state === "settled" || state === "late" ? "succeeded" : undefined;
};

/** Whether the filters leave an operation, as they do in the list. */
export const isLeft = (filters: Filters, row: OperationRow): boolean => {
  const equal: readonly (readonly [string | undefined, string | null | undefined])[] = [
    [filters.appId, row.app_id],
    [filters.userId, row.user_id],
    [filters.keyId, row.key_id],
    [filters.vendor, row.vendor],
    [filters.model, row.model],
    [filters.family, row.operation.split(".", 1)[0]],
    [filters.operation, row.operation],
    [filters.tier, row.credential_tier],
    [filters.source, row.source],
    [filters.status, statusOf(row.state)],
    [filters.state, row.state],
  ];
  return (
    equal.every(([wanted, found]) => wanted === undefined || wanted === found) &&
    (filters.unattributed !== true || row.app_id === null) &&
    (filters.unpriced !== true || row.unpriced.length > 0)
  );
};

/** What following needs. */
export interface FollowDeps extends OperationsDeps {
  readonly tail: OperationTail;
}

const callerOf = ({ actor }: CallContext): string => {
  if (actor.kind === "user") return actor.userId;
  return actor.kind === "api_key" ? actor.keyId : actor.tokenId;
};

/**
 * The operations that the caller sees, as they begin and as their state changes, for a while: whoever follows on asks again,
 * with a credential that is still good. A filter is compared with what an operation is now: one that no longer passes is
 * not told.
 */
export const followOperations = (
  deps: FollowDeps,
  ctx: CallContext,
  input: FollowOperationsInput,
): AsyncGenerator<FollowedOperations, void, void> => {
  const asked = parseInput(FollowOperationsInput, input);
  const { userId } = withinReach(ctx, asked.userId);
  const filters = { ...asked, userId };
  const parts = deps.tail.follow({ organizationId: ctx.organizationId, caller: callerOf(ctx) }, ctx.signal);
  return (async function* () {
    let isFirst = true;
    for await (const { rows, missed } of parts) {
      const left = rows.filter((row) => isLeft(filters, row));
      // The first part says that whatever happens from now on will be told.
      if (isFirst || left.length > 0 || missed > 0)
        yield { type: "operations" as const, operations: left.map((row) => viewOperation(row, deps)), missed };
      isFirst = false;
    }
  })();
};

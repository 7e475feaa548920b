import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoubtDeps } from "./doubt-deps.ts";
import { OperationView, OperationState } from "./operation-view.ts";
import { viewOperation } from "./operation-row.ts";
import { selectOperations } from "./store.ts";

const name = z.string().min(1).max(256).optional();

/** Input of `listUsage`. */
export const ListUsageInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  appId: name,
  userId: name,
  keyId: name,
  vendor: name,
  model: name,
  state: OperationState.optional(),
});
export type ListUsageInput = z.input<typeof ListUsageInput>;

export const ListUsageOutput = z.object({
  operations: z.array(OperationView),
  next: z
    .string()
    .nullable()
    .describe("Pass as `before`; null at the end. A filtered page may be short, even empty, and still go on"),
});
export type ListUsageOutput = z.output<typeof ListUsageOutput>;

/** An organization's operations, newest first. */
export const listUsage = async (
  deps: DoubtDeps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: ListUsageInput,
): Promise<ListUsageOutput> => {
  const { before, limit, from, to, appId, userId, keyId, vendor, model, state } = parseInput(ListUsageInput, input);
  const page = await selectOperations(deps.db.pool, {
    organizationId,
    before,
    limit,
    from,
    to,
    appId,
    userId,
    keyId,
    vendor,
    model,
    state,
  });
  return { operations: page.rows.map((row) => viewOperation(row, deps)), next: page.next ?? null };
};

import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { idempotencyKeyOf } from "./idempotency-key-of.ts";
import { selectOperationOfKey } from "./store.ts";

/** Whether a call's key was used before, by the same caller for the same operation. */
export const isUsedKey = async (
  pool: pg.Pool,
  ctx: Pick<CallContext, "organizationId" | "appId" | "actor" | "idempotencyKey">,
  operation: string,
): Promise<boolean> =>
  ctx.idempotencyKey !== undefined &&
  (await selectOperationOfKey(pool, idempotencyKeyOf(ctx, operation, ctx.idempotencyKey))) !== undefined;

import type { CallContext } from "../../contracts/call-context.ts";
import { idempotencyKeyOf } from "../idempotency/index.ts";

/** Whose something kept is. */
export interface Owner {
  readonly organizationId: string;
  /** Of organization, app and whoever called, as with answers that are stored under an idempotency key. */
  readonly owner: Buffer;
}

export const keeperOf = (ctx: Pick<CallContext, "organizationId" | "appId" | "actor">): Owner => ({
  organizationId: ctx.organizationId,
  owner: idempotencyKeyOf(ctx, "responses", "owner"),
});

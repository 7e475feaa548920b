import type { CallContext } from "../../contracts/call-context.ts";
import { idempotencyKeyOf } from "../idempotency/index.ts";

/** Whose something kept is. */
export interface Owner {
  readonly organizationId: string;
  /** Of organization, app and whoever called, as with answers that are stored under an idempotency key. */
  readonly owner: Buffer;
  /** The person for whom something is asked. */
  readonly userId: string | undefined;
  readonly askedBy: CallContext["actor"]["kind"];
}

export const keeperOf = (ctx: Pick<CallContext, "organizationId" | "appId" | "actor" | "userId">): Owner => ({
  organizationId: ctx.organizationId,
  owner: idempotencyKeyOf(ctx, "responses", "owner"),
  userId: ctx.userId,
  askedBy: ctx.actor.kind,
});

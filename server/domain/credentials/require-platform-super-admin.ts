import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";

/** Role, organization and the configured account must all fit; where none is configured nobody fits. */
export const isPlatformSuperAdmin = (ctx: CallContext, configuredUserId: string | undefined): boolean =>
  configuredUserId !== undefined &&
  configuredUserId !== "" &&
  ctx.actor.kind === "user" &&
  ctx.actor.role === "platform_super_admin" &&
  ctx.organizationSlug === "admin" &&
  ctx.actor.userId === configuredUserId;

export const requirePlatformSuperAdmin = (ctx: CallContext, configuredUserId: string | undefined): void => {
  if (!isPlatformSuperAdmin(ctx, configuredUserId)) throw new NexusError("SCOPE_DENIED");
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { requireKnown } from "../existence/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { isPlatformSuperAdmin } from "./require-platform-super-admin.ts";

export const OverrideOwner = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe("The organization, where the platform super-admin acts for another one; the caller's own when absent.");

/** The organization whose override is meant. Another one exists only for the platform super-admin. */
export const overrideOwner = (deps: CredentialDeps, ctx: CallContext, organizationId: string | undefined): string => {
  if (organizationId === undefined || organizationId === ctx.organizationId) return ctx.organizationId;
  if (isPlatformSuperAdmin(ctx, deps.platformSuperAdminUserId)) return organizationId;
  throw new NexusError("NOT_FOUND");
};

/** The same for what is to be stored: the organization must exist. */
export const existingOverrideOwner = async (
  deps: CredentialDeps,
  ctx: CallContext,
  organizationId: string | undefined,
): Promise<string> => {
  const owner = overrideOwner(deps, ctx, organizationId);
  if (owner !== ctx.organizationId)
    await requireKnown(deps.directory, { kind: "organization", id: owner }, "organizationId");
  return owner;
};

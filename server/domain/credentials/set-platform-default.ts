import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { BaseUrlInput, CredentialView, SecretInput, VendorId, viewCredential } from "./stored-credential.ts";
import { auditedFacts, putCredential } from "./put-credential.ts";
import { requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";

export const SetPlatformDefaultInput = z.strictObject({
  vendor: VendorId,
  secret: SecretInput,
  baseUrl: BaseUrlInput.optional(),
});
export type SetPlatformDefaultInput = z.input<typeof SetPlatformDefaultInput>;

export const SetPlatformDefaultOutput = CredentialView;
export type SetPlatformDefaultOutput = z.output<typeof SetPlatformDefaultOutput>;

/** Stores the platform's secret for a vendor, or the next version of it. */
export const setPlatformDefault = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetPlatformDefaultInput,
): Promise<SetPlatformDefaultOutput> => {
  requirePlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
  const { vendor, secret, baseUrl } = parseInput(SetPlatformDefaultInput, input);
  const organizationId = null;
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const put = await putCredential(deps, tx, {
      organizationId,
      vendor,
      secret,
      baseUrl,
      storedBy: actorIdOf(ctx.actor),
      absent: "create",
    });
    await audit({
      action: put.created ? "credential.create" : "credential.rotate",
      target: put.row.id,
      details: auditedFacts(put.row),
    });
    return put.row;
  });
  return viewCredential(row, deps.secretBox.knows);
};

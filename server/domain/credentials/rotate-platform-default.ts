import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { BaseUrlInput, CredentialView, SecretInput, VendorId, viewCredential } from "./stored-credential.ts";
import { auditedFacts, putCredential } from "./put-credential.ts";
import { requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";

export const RotatePlatformDefaultInput = z.strictObject({
  vendor: VendorId,
  secret: SecretInput,
  baseUrl: BaseUrlInput.optional(),
});
export type RotatePlatformDefaultInput = z.input<typeof RotatePlatformDefaultInput>;

export const RotatePlatformDefaultOutput = CredentialView;
export type RotatePlatformDefaultOutput = z.output<typeof RotatePlatformDefaultOutput>;

/** Replaces the platform's secret for a vendor; the address stays unless another is given. */
export const rotatePlatformDefault = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: RotatePlatformDefaultInput,
): Promise<RotatePlatformDefaultOutput> => {
  requirePlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
  const { vendor, secret, baseUrl } = parseInput(RotatePlatformDefaultInput, input);
  const organizationId = null;
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const put = await putCredential(deps, tx, {
      organizationId,
      vendor,
      secret,
      baseUrl,
      storedBy: actorIdOf(ctx.actor),
      absent: "refuse",
    });
    await audit({ action: "credential.rotate", target: put.row.id, details: auditedFacts(put.row) });
    return put.row;
  });
  return viewCredential(row, deps.secretBox.knows);
};

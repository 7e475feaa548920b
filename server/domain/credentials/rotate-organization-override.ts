import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { BaseUrlInput, CredentialView, SecretInput, VendorId, viewCredential } from "./stored-credential.ts";
import { OverrideOwner, overrideOwner } from "./override-owner.ts";
import { auditedFacts, putCredential } from "./put-credential.ts";

export const RotateOrganizationOverrideInput = z.strictObject({
  organizationId: OverrideOwner,
  vendor: VendorId,
  secret: SecretInput,
  baseUrl: BaseUrlInput.optional(),
});
export type RotateOrganizationOverrideInput = z.input<typeof RotateOrganizationOverrideInput>;

export const RotateOrganizationOverrideOutput = CredentialView;
export type RotateOrganizationOverrideOutput = z.output<typeof RotateOrganizationOverrideOutput>;

/** Replaces the secret of an existing override; its address stays unless another is given. */
export const rotateOrganizationOverride = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: RotateOrganizationOverrideInput,
): Promise<RotateOrganizationOverrideOutput> => {
  const { vendor, secret, baseUrl, ...parsed } = parseInput(RotateOrganizationOverrideInput, input);
  const organizationId = overrideOwner(deps, ctx, parsed.organizationId);
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

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { BaseUrlInput, CredentialView, SecretInput, VendorId, viewCredential } from "./stored-credential.ts";
import { existingOverrideOwner, OverrideOwner } from "./override-owner.ts";
import { auditedFacts, putCredential } from "./put-credential.ts";

export const SetOrganizationOverrideInput = z.strictObject({
  organizationId: OverrideOwner,
  vendor: VendorId,
  secret: SecretInput,
  baseUrl: BaseUrlInput.optional(),
});
export type SetOrganizationOverrideInput = z.input<typeof SetOrganizationOverrideInput>;

export const SetOrganizationOverrideOutput = CredentialView;
export type SetOrganizationOverrideOutput = z.output<typeof SetOrganizationOverrideOutput>;

/** Stores an organization's Nexus-managed secret for a vendor, or the next version of it. */
export const setOrganizationOverride = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetOrganizationOverrideInput,
): Promise<SetOrganizationOverrideOutput> => {
  const { vendor, secret, baseUrl, ...parsed } = parseInput(SetOrganizationOverrideInput, input);
  const organizationId = await existingOverrideOwner(deps, ctx, parsed.organizationId);
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

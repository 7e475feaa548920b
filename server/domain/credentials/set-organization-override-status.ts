import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { CredentialStatus, CredentialView, VendorId, viewCredential } from "./stored-credential.ts";
import { OverrideOwner, overrideOwner } from "./override-owner.ts";
import { auditedFacts } from "./put-credential.ts";
import { updateManagedStatus } from "./store.ts";

export const SetOrganizationOverrideStatusInput = z.strictObject({
  organizationId: OverrideOwner,
  vendor: VendorId,
  status: CredentialStatus,
});
export type SetOrganizationOverrideStatusInput = z.input<typeof SetOrganizationOverrideStatusInput>;

export const SetOrganizationOverrideStatusOutput = CredentialView;
export type SetOrganizationOverrideStatusOutput = z.output<typeof SetOrganizationOverrideStatusOutput>;

/** Disables an override, so that the platform's default pays, or enables it again. */
export const setOrganizationOverrideStatus = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetOrganizationOverrideStatusInput,
): Promise<SetOrganizationOverrideStatusOutput> => {
  const { vendor, status, ...parsed } = parseInput(SetOrganizationOverrideStatusInput, input);
  const organizationId = overrideOwner(deps, ctx, parsed.organizationId);
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const changed = await updateManagedStatus(tx, organizationId, vendor, status);
    if (changed === undefined) throw new NexusError("NOT_FOUND");
    await audit({
      action: status === "active" ? "credential.enable" : "credential.disable",
      target: changed.id,
      details: auditedFacts(changed),
    });
    return changed;
  });
  return viewCredential(row, deps.secretBox.knows);
};

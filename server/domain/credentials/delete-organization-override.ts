import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { VendorId } from "./stored-credential.ts";
import { OverrideOwner, overrideOwner } from "./override-owner.ts";
import { auditedFacts } from "./put-credential.ts";
import { deleteManaged } from "./store.ts";

export const DeleteOrganizationOverrideInput = z.strictObject({ organizationId: OverrideOwner, vendor: VendorId });
export type DeleteOrganizationOverrideInput = z.input<typeof DeleteOrganizationOverrideInput>;

export const DeleteOrganizationOverrideOutput = z.object({ id: z.string() });
export type DeleteOrganizationOverrideOutput = z.output<typeof DeleteOrganizationOverrideOutput>;

/** Removes an override and its secret for good. */
export const deleteOrganizationOverride = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: DeleteOrganizationOverrideInput,
): Promise<DeleteOrganizationOverrideOutput> => {
  const { vendor, ...parsed } = parseInput(DeleteOrganizationOverrideInput, input);
  const organizationId = overrideOwner(deps, ctx, parsed.organizationId);
  return auditedChange(deps, ctx, async (tx, audit) => {
    const gone = await deleteManaged(tx, organizationId, vendor);
    if (gone === undefined) throw new NexusError("NOT_FOUND");
    await audit({ action: "credential.delete", target: gone.id, details: auditedFacts(gone) });
    return { id: gone.id };
  });
};

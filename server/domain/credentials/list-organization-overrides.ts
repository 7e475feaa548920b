import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { CredentialView, viewCredential } from "./stored-credential.ts";
import { OverrideOwner, overrideOwner } from "./override-owner.ts";
import { selectManaged } from "./store.ts";

export const ListOrganizationOverridesInput = z.strictObject({ organizationId: OverrideOwner });
export type ListOrganizationOverridesInput = z.input<typeof ListOrganizationOverridesInput>;

export const ListOrganizationOverridesOutput = z.object({ credentials: z.array(CredentialView) });
export type ListOrganizationOverridesOutput = z.output<typeof ListOrganizationOverridesOutput>;

/** The organization's Nexus-managed credentials, one a vendor at most. */
export const listOrganizationOverrides = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: ListOrganizationOverridesInput,
): Promise<ListOrganizationOverridesOutput> => {
  const parsed = parseInput(ListOrganizationOverridesInput, input);
  const rows = await selectManaged(deps.db.pool, overrideOwner(deps, ctx, parsed.organizationId));
  return { credentials: rows.map((row) => viewCredential(row, deps.secretBox.knows)) };
};

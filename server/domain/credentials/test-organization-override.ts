import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { OverrideOwner, overrideOwner } from "./override-owner.ts";
import { runCredentialTest, type ProbeCredential } from "./run-credential-test.ts";
import { selectManaged } from "./store.ts";
import { CredentialView, VendorId, viewCredential } from "./stored-credential.ts";

export const TestOrganizationOverrideInput = z.strictObject({ organizationId: OverrideOwner, vendor: VendorId });
export type TestOrganizationOverrideInput = z.input<typeof TestOrganizationOverrideInput>;

export const TestOrganizationOverrideOutput = CredentialView;
export type TestOrganizationOverrideOutput = z.output<typeof TestOrganizationOverrideOutput>;

/** Asks a vendor whether it takes an organization's managed secret, whether or not it is in use. */
export const testOrganizationOverride = async (
  deps: CredentialDeps,
  probe: ProbeCredential,
  ctx: CallContext,
  input: TestOrganizationOverrideInput,
): Promise<TestOrganizationOverrideOutput> => {
  const { vendor, organizationId } = parseInput(TestOrganizationOverrideInput, input);
  const rows = await selectManaged(deps.db.pool, overrideOwner(deps, ctx, organizationId));
  const row = rows.find((one) => one.vendor === vendor);
  if (row === undefined) throw new NexusError("NOT_FOUND");
  return viewCredential(await runCredentialTest(deps, probe, ctx, row), deps.secretBox.knows);
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";
import { runCredentialTest, type ProbeCredential } from "./run-credential-test.ts";
import { selectManaged } from "./store.ts";
import { CredentialView, VendorId, viewCredential } from "./stored-credential.ts";

export const TestPlatformDefaultInput = z.strictObject({ vendor: VendorId });
export type TestPlatformDefaultInput = z.input<typeof TestPlatformDefaultInput>;

export const TestPlatformDefaultOutput = CredentialView;
export type TestPlatformDefaultOutput = z.output<typeof TestPlatformDefaultOutput>;

/** Asks a vendor whether it takes the platform's secret, whether or not it is in use. */
export const testPlatformDefault = async (
  deps: CredentialDeps,
  probe: ProbeCredential,
  ctx: CallContext,
  input: TestPlatformDefaultInput,
): Promise<TestPlatformDefaultOutput> => {
  requirePlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
  const { vendor } = parseInput(TestPlatformDefaultInput, input);
  const row = (await selectManaged(deps.db.pool, null)).find((one) => one.vendor === vendor);
  if (row === undefined) throw new NexusError("NOT_FOUND");
  return viewCredential(await runCredentialTest(deps, probe, ctx, row), deps.secretBox.knows);
};

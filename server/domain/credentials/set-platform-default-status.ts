import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { CredentialStatus, CredentialView, VendorId, viewCredential } from "./stored-credential.ts";
import { auditedFacts } from "./put-credential.ts";
import { requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";
import { updateManagedStatus } from "./store.ts";

export const SetPlatformDefaultStatusInput = z.strictObject({ vendor: VendorId, status: CredentialStatus });
export type SetPlatformDefaultStatusInput = z.input<typeof SetPlatformDefaultStatusInput>;

export const SetPlatformDefaultStatusOutput = CredentialView;
export type SetPlatformDefaultStatusOutput = z.output<typeof SetPlatformDefaultStatusOutput>;

/** Disables the platform's default for a vendor, or enables it again. */
export const setPlatformDefaultStatus = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetPlatformDefaultStatusInput,
): Promise<SetPlatformDefaultStatusOutput> => {
  requirePlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
  const { vendor, status } = parseInput(SetPlatformDefaultStatusInput, input);
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const changed = await updateManagedStatus(tx, null, vendor, status);
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

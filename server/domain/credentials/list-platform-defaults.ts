import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps } from "./credential-deps.ts";
import { CredentialView, viewCredential } from "./stored-credential.ts";
import { requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";
import { selectManaged } from "./store.ts";

export const ListPlatformDefaultsInput = z.strictObject({});
export type ListPlatformDefaultsInput = z.input<typeof ListPlatformDefaultsInput>;

export const ListPlatformDefaultsOutput = z.object({ credentials: z.array(CredentialView) });
export type ListPlatformDefaultsOutput = z.output<typeof ListPlatformDefaultsOutput>;

/** The platform's credentials, one a vendor at most. */
export const listPlatformDefaults = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: ListPlatformDefaultsInput,
): Promise<ListPlatformDefaultsOutput> => {
  requirePlatformSuperAdmin(ctx, deps.platformSuperAdminUserId);
  parseInput(ListPlatformDefaultsInput, input);
  const rows = await selectManaged(deps.db.pool, null);
  return { credentials: rows.map((row) => viewCredential(row, deps.secretBox.knows)) };
};

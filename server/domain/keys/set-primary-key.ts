import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps } from "../credentials/index.ts";
import { changeKeys, requireKey } from "./change-keys.ts";
import { auditedKey, KeyId, KeyView, viewKey } from "./key-view.ts";
import { movePrimary } from "./store.ts";

export const SetPrimaryKeyInput = z.strictObject({ id: KeyId });
export type SetPrimaryKeyInput = z.input<typeof SetPrimaryKeyInput>;

export const SetPrimaryKeyOutput = KeyView;
export type SetPrimaryKeyOutput = z.output<typeof SetPrimaryKeyOutput>;

/** Pays with this key from now on. */
export const setPrimaryKey = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetPrimaryKeyInput,
): Promise<SetPrimaryKeyOutput> => {
  const { id } = parseInput(SetPrimaryKeyInput, input);
  const { organizationId } = ctx;
  const key = await changeKeys(deps, ctx, async (tx, audit) => {
    const { vendor, status } = await requireKey(tx, organizationId, id);
    if (status !== "active")
      throw new NexusError("CONFLICT", { message: "A disabled key cannot pay; enable it first." });
    await movePrimary(tx, organizationId, vendor, id);
    const changed = await requireKey(tx, organizationId, id);
    await audit({ action: "key.promote", target: id, details: auditedKey(changed) });
    return changed;
  });
  return viewKey(key, deps.secretBox.knows);
};

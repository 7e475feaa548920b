import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { CredentialStatus, type CredentialDeps } from "../credentials/index.ts";
import { changeKeys, promoteSuccessor, requireKey } from "./change-keys.ts";
import { auditedKey, KeyId, KeyView, viewKey } from "./key-view.ts";
import { updateKeyStatus } from "./store.ts";

export const SetKeyStatusInput = z.strictObject({ id: KeyId, status: CredentialStatus });
export type SetKeyStatusInput = z.input<typeof SetKeyStatusInput>;

export const SetKeyStatusOutput = KeyView;
export type SetKeyStatusOutput = z.output<typeof SetKeyStatusOutput>;

/** Disables a key or enables it again; a disabled primary hands its place to the newest active key. */
export const setKeyStatus = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: SetKeyStatusInput,
): Promise<SetKeyStatusOutput> => {
  const { id, status } = parseInput(SetKeyStatusInput, input);
  const { organizationId } = ctx;
  const key = await changeKeys(deps, ctx, async (tx, audit) => {
    const { vendor } = await requireKey(tx, organizationId, id);
    await updateKeyStatus(tx, organizationId, id, status);
    const changed = await requireKey(tx, organizationId, id);
    await audit({
      action: status === "active" ? "key.enable" : "key.disable",
      target: id,
      details: auditedKey(changed),
    });
    await promoteSuccessor(tx, audit, organizationId, vendor);
    return requireKey(tx, organizationId, id);
  });
  return viewKey(key, deps.secretBox.knows);
};

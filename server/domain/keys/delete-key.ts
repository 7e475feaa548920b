import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { changeKeys, promoteSuccessor, requireKey } from "./change-keys.ts";
import { auditedKey, KeyId } from "./key-view.ts";
import { deleteKeyRow } from "./store.ts";

export const DeleteKeyInput = z.strictObject({ id: KeyId });
export type DeleteKeyInput = z.input<typeof DeleteKeyInput>;

export const DeleteKeyOutput = z.object({ id: z.string() });
export type DeleteKeyOutput = z.output<typeof DeleteKeyOutput>;

/** Removes a key and its secret for good; a deleted primary hands its place to the newest active key. */
export const deleteKey = async (deps: Deps, ctx: CallContext, input: DeleteKeyInput): Promise<DeleteKeyOutput> => {
  const { id } = parseInput(DeleteKeyInput, input);
  return changeKeys(deps, ctx, async (tx, audit) => {
    const gone = await requireKey(tx, ctx.organizationId, id);
    await deleteKeyRow(tx, ctx.organizationId, id);
    await audit({ action: "key.delete", target: id, details: auditedKey(gone) });
    await promoteSuccessor(tx, audit, ctx.organizationId, gone.vendor);
    return { id };
  });
};

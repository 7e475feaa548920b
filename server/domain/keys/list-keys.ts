import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { VendorId, type CredentialDeps } from "../credentials/index.ts";
import { KeyView, viewKey } from "./key-view.ts";
import { selectKeys } from "./store.ts";

export const ListKeysInput = z.strictObject({ vendor: VendorId.optional() });
export type ListKeysInput = z.input<typeof ListKeysInput>;

export const ListKeysOutput = z.object({ keys: z.array(KeyView) });
export type ListKeysOutput = z.output<typeof ListKeysOutput>;

/** The organization's own vendor keys, without their secrets. */
export const listKeys = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: ListKeysInput,
): Promise<ListKeysOutput> => {
  const { vendor } = parseInput(ListKeysInput, input);
  const rows = await selectKeys(deps.db.pool, ctx.organizationId, vendor);
  return { keys: rows.map((row) => viewKey(row, deps.secretBox.knows)) };
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf } from "../audit/index.ts";
import {
  BaseUrlInput,
  requireVendor,
  sealCredential,
  SecretInput,
  VendorId,
  type CredentialDeps,
} from "../credentials/index.ts";
import { changeKeys, requireKey } from "./change-keys.ts";
import { auditedKey, KeyLabel, KeyView, viewKey } from "./key-view.ts";
import { insertKey, movePrimary, selectKeys } from "./store.ts";

export const CreateKeyInput = z.strictObject({
  vendor: VendorId,
  label: KeyLabel,
  secret: SecretInput,
  baseUrl: BaseUrlInput.optional(),
  primary: z
    .boolean()
    .default(false)
    .describe("Use this key from now on; the first active key of a vendor is used anyway."),
});
export type CreateKeyInput = z.input<typeof CreateKeyInput>;

export const CreateKeyOutput = KeyView;
export type CreateKeyOutput = z.output<typeof CreateKeyOutput>;

const mostKeysPerVendor = 20;

/** Stores a vendor key of the organization's own (BYOK). */
export const createKey = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: CreateKeyInput,
): Promise<CreateKeyOutput> => {
  const { label, secret, baseUrl, primary, ...parsed } = parseInput(CreateKeyInput, input);
  const { organizationId } = ctx;
  const vendor = requireVendor(deps, parsed.vendor);
  const key = await changeKeys(deps, ctx, async (tx, audit) => {
    const siblings = await selectKeys(tx, organizationId, vendor.id);
    if (siblings.length >= mostKeysPerVendor) {
      throw new NexusError("CONFLICT", {
        message: `An organization can have at most ${mostKeysPerVendor} keys for each vendor; delete one first.`,
      });
    }
    const id = newPrefixedId("vkey");
    const sealed = sealCredential(deps, { id, organizationId, vendor, version: 1, secret, baseUrl });
    await insertKey(tx, {
      id,
      organizationId,
      vendor: vendor.id,
      label,
      createdAt: new Date(deps.clock.now()),
      storedBy: actorIdOf(ctx.actor),
      ...sealed,
    });
    if (primary || !siblings.some(({ isPrimary }) => isPrimary)) await movePrimary(tx, organizationId, vendor.id, id);
    const created = await requireKey(tx, organizationId, id);
    await audit({ action: "key.create", target: id, details: auditedKey(created) });
    return created;
  });
  return viewKey(key, deps.secretBox.knows);
};

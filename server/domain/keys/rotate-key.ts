import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf } from "../audit/index.ts";
import {
  BaseUrlInput,
  keptBaseUrl,
  requireVendor,
  sealCredential,
  SecretInput,
  type CredentialDeps,
} from "../credentials/index.ts";
import { changeKeys, requireKey } from "./change-keys.ts";
import { auditedKey, KeyId, KeyView, viewKey } from "./key-view.ts";
import { replaceKeySecret } from "./store.ts";

export const RotateKeyInput = z.strictObject({ id: KeyId, secret: SecretInput, baseUrl: BaseUrlInput.optional() });
export type RotateKeyInput = z.input<typeof RotateKeyInput>;

export const RotateKeyOutput = KeyView;
export type RotateKeyOutput = z.output<typeof RotateKeyOutput>;

/** Replaces a key's secret, and its address where another is given. The old secret is gone. */
export const rotateKey = async (
  deps: CredentialDeps,
  ctx: CallContext,
  input: RotateKeyInput,
): Promise<RotateKeyOutput> => {
  const { id, secret, baseUrl } = parseInput(RotateKeyInput, input);
  const { organizationId } = ctx;
  const key = await changeKeys(deps, ctx, async (tx, audit) => {
    const existing = await requireKey(tx, organizationId, id);
    const vendor = requireVendor(deps, existing.vendor);
    const version = existing.version + 1;
    const address = baseUrl ?? keptBaseUrl(vendor, existing);
    const sealed = sealCredential(deps, { id, organizationId, vendor, version, secret, baseUrl: address });
    const secretNow = { ...sealed, storedBy: actorIdOf(ctx.actor) };
    await replaceKeySecret(tx, organizationId, id, version, secretNow, new Date(deps.clock.now()));
    const rotated = await requireKey(tx, organizationId, id);
    await audit({ action: "key.rotate", target: id, details: auditedKey(rotated) });
    return rotated;
  });
  return viewKey(key, deps.secretBox.knows);
};

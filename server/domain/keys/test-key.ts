import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { runCredentialTest, type CredentialDeps, type ProbeCredential } from "../credentials/index.ts";
import { KeyId, KeyView, viewKey } from "./key-view.ts";
import { selectKeys } from "./store.ts";

export const TestKeyInput = z.strictObject({ id: KeyId });
export type TestKeyInput = z.input<typeof TestKeyInput>;

export const TestKeyOutput = KeyView;
export type TestKeyOutput = z.output<typeof TestKeyOutput>;

/** Asks a vendor whether it takes a key of the organization's, whether or not it is in use. */
export const testKey = async (
  deps: CredentialDeps,
  probe: ProbeCredential,
  ctx: CallContext,
  input: TestKeyInput,
): Promise<TestKeyOutput> => {
  const { id } = parseInput(TestKeyInput, input);
  const key = (await selectKeys(deps.db.pool, ctx.organizationId, undefined)).find((one) => one.id === id);
  if (key === undefined) throw new NexusError("NOT_FOUND");
  return viewKey(await runCredentialTest(deps, probe, ctx, key), deps.secretBox.knows);
};

import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { AppId, AppView, viewApp } from "./list-apps.ts";
import { selectOrganizationApps, upsertAppState } from "./store.ts";

export const SetAppStateInput = z.strictObject({ appId: AppId, enabled: z.boolean() });
export type SetAppStateInput = z.input<typeof SetAppStateInput>;

export const SetAppStateOutput = AppView;
export type SetAppStateOutput = z.output<typeof SetAppStateOutput>;

/** Switches an app off or on again for the organization. */
export const setAppState = async (
  deps: Deps,
  ctx: CallContext,
  input: SetAppStateInput,
): Promise<SetAppStateOutput> => {
  const { appId, enabled } = parseInput(SetAppStateInput, input);
  const { organizationId } = ctx;
  const app = await auditedChange(deps, ctx, async (tx, audit) => {
    const [known] = await selectOrganizationApps(tx, organizationId, appId);
    if (known === undefined) throw new NexusError("NOT_FOUND");
    await upsertAppState(tx, organizationId, appId, enabled, new Date(deps.clock.now()));
    await audit({ action: enabled ? "app.enable" : "app.disable", target: appId });
    return { ...known, enabled };
  });
  return viewApp(app);
};

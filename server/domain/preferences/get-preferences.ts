import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { defaultPreferences, PreferencesView } from "./preferences.ts";
import { selectPreferences, type StoredPreferences } from "./store.ts";

export const GetPreferencesInput = z.strictObject({});
export type GetPreferencesInput = z.input<typeof GetPreferencesInput>;

export const GetPreferencesOutput = PreferencesView;
export type GetPreferencesOutput = z.output<typeof GetPreferencesOutput>;

export const viewPreferences = (row: StoredPreferences | undefined): PreferencesView => {
  const { vendorOrder, fallback, fallbackModels, modelAllowList, byokPolicy, requireApp } = row ?? defaultPreferences;
  return {
    vendorOrder,
    fallback,
    fallbackModels,
    modelAllowList,
    byokPolicy,
    requireApp,
    revision: row?.revision ?? 0,
    byokConsent: row?.consentBy && row.consentAt ? { by: row.consentBy, at: row.consentAt.toISOString() } : null,
    updatedAt: row?.updatedAt.toISOString() ?? null,
  };
};

/** The organization's preferences, or the defaults where it has set none. */
export const getPreferences = async (
  deps: Deps,
  ctx: CallContext,
  input: GetPreferencesInput,
): Promise<GetPreferencesOutput> => {
  parseInput(GetPreferencesInput, input);
  return viewPreferences(await selectPreferences(deps.db.pool, ctx.organizationId));
};

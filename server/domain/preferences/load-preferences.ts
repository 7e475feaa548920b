import type pg from "pg";
import { defaultPreferences, type Preferences } from "./preferences.ts";
import { selectAllPreferences } from "./store.ts";

/** Tables whose change makes the snapshot stale. */
export const preferencesTopics = ["preferences"] as const;

/** Every organization's preferences, as they were when last read. */
export type PreferencesSnapshot = ReadonlyMap<string, Preferences>;

export const loadPreferences = async (pool: pg.Pool): Promise<PreferencesSnapshot> =>
  new Map(
    (await selectAllPreferences(pool)).map((row) => {
      const { vendorOrder, fallback, fallbackModels, modelAllowList, byokPolicy, requireApp } = row;
      return [row.organizationId, { vendorOrder, fallback, fallbackModels, modelAllowList, byokPolicy, requireApp }];
    }),
  );

/** The organization's preferences, or the defaults. */
export const preferencesOf = (snapshot: PreferencesSnapshot, organizationId: string): Preferences =>
  snapshot.get(organizationId) ?? defaultPreferences;

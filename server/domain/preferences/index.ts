export { getPreferences, GetPreferencesInput, GetPreferencesOutput } from "./get-preferences.ts";
export { loadPreferences, preferencesOf, preferencesTopics, type PreferencesSnapshot } from "./load-preferences.ts";
export { defaultPreferences } from "./preferences.ts";
export { setPreferences, SetPreferencesInput, SetPreferencesOutput } from "./set-preferences.ts";

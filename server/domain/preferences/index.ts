export { getPreferences, GetPreferencesInput, GetPreferencesOutput } from "./get-preferences.ts";
export { loadPreferences, preferencesOf, preferencesTopics, type PreferencesSnapshot } from "./load-preferences.ts";
export { defaultPreferences, Preferences, PreferencesView } from "./preferences.ts";
export { setPreferences, SetPreferencesInput, SetPreferencesOutput } from "./set-preferences.ts";

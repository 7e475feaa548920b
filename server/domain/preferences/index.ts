export { getPreferences, GetPreferencesInput, GetPreferencesOutput } from "./get-preferences.ts";
export { loadPreferences, preferencesOf, preferencesTopics, type PreferencesSnapshot } from "./load-preferences.ts";
export { defaultPreferences, RoutingDraft } from "./preferences.ts";
export { requireKnownNames } from "./require-known-names.ts";
export { setPreferences, SetPreferencesInput, SetPreferencesOutput } from "./set-preferences.ts";

export { openAppActivity, type AppActivity } from "./app-activity.ts";
export { listApps, ListAppsInput, ListAppsOutput } from "./list-apps.ts";
export { listAttributionGaps, ListAttributionGapsInput, ListAttributionGapsOutput } from "./list-attribution-gaps.ts";
export { appOf, appTopics, isAppEnabled, loadApps, type AppSnapshot } from "./load-apps.ts";
export { requireApp } from "./require-app.ts";
export { setAppState, SetAppStateInput, SetAppStateOutput } from "./set-app-state.ts";
export { syncApps } from "./sync-apps.ts";

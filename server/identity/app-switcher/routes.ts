import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { listLaunchableServices } from "./list-launchable-services.ts";

/** The list behind the app switcher: an explicit bearer decides alone, a cookie counts without one. */
export const appSwitcherRoutes: readonly AuthRoute[] = [
  route.get("/api/app-switcher/services").step(signedIn).answer(listLaunchableServices),
];

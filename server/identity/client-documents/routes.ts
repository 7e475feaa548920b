import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { ownersOnly } from "../organizations/as-owner.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { changeUnregisteredApps, PutUnregisteredAppsInput, readUnregisteredApps } from "./manage-unregistered-apps.ts";

/** Which apps without a registration an organization lets in. */
export const clientDocumentRoutes: readonly AuthRoute[] = [
  route.get("/api/organizations/:id/unregistered-apps").step(signedIn).step(ownersOnly).answer(readUnregisteredApps),
  route
    .put("/api/organizations/:id/unregistered-apps")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(json(PutUnregisteredAppsInput))
    .answer(changeUnregisteredApps),
];

import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { OfOrganizationQuery, readUserPermissions } from "./read-permissions.ts";
import { setBundles, SetBundlesInput } from "./set-bundles.ts";
import { setOverrides, SetOverridesInput } from "./set-overrides.ts";

/** What a person may do in an organization, why, and what is given beyond the role. */
export const permissionRoutes: readonly AuthRoute[] = [
  route
    .get("/api/users/:userId/permissions")
    .step(signedIn)
    .step(query(OfOrganizationQuery))
    .answer(readUserPermissions),
  route
    .put("/api/users/:userId/permissions/overrides")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(SetOverridesInput))
    .answer(setOverrides),
  route
    .put("/api/users/:userId/permissions/bundles")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(SetBundlesInput))
    .answer(setBundles),
];

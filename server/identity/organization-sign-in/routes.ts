import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress, signedIn } from "../http/steps.ts";
import { ownersOnly } from "../organizations/as-owner.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { finishAtOpenIdProvider, finishAtSamlProvider, receiveSamlAnswer } from "./finish-sign-in.ts";
import { changeSignIn, PutSignInInput, sendSamlMetadata, readSignIn, removeSignIn } from "./manage-sign-in.ts";
import { findOrganizationSignIn, FindOrganizationInput, startOrganizationSignIn } from "./start-sign-in.ts";

/** Signing in at an organization's own provider. */
export const organizationSignInRoutes: readonly AuthRoute[] = [
  route
    .post("/sign-in/organization")
    .step(limitPerAddress("organization-sign-in"))
    .step(allowedOrigin)
    .step(json(FindOrganizationInput))
    .answer(findOrganizationSignIn),
  route.get("/organization-sign-in/:organizationId/start").answer(startOrganizationSignIn),
  route.get("/organization-sign-in/:organizationId/metadata").answer(sendSamlMetadata),
  route.get("/organization-sign-in/:organizationId/callback").answer(finishAtOpenIdProvider),
  route.post("/organization-sign-in/:organizationId/acs").answer(receiveSamlAnswer),
  route.get("/organization-sign-in/:organizationId/finish").answer(finishAtSamlProvider),
  route.get("/api/organizations/:id/sign-in").step(signedIn).step(ownersOnly).answer(readSignIn),
  route
    .put("/api/organizations/:id/sign-in")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(json(PutSignInInput))
    .answer(changeSignIn),
  route
    .remove("/api/organizations/:id/sign-in")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .answer(removeSignIn),
];

import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, signedIn } from "../http/steps.ts";
import { ownersOnly } from "../organizations/as-owner.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { addDomain, AddDomainInput, listDomains, removeDomain, verifyDomain } from "./manage-domains.ts";

/** The domains of an organization. */
export const domainRoutes: readonly AuthRoute[] = [
  route.get("/api/organizations/:id/domains").step(signedIn).step(ownersOnly).answer(listDomains),
  route
    .post("/api/organizations/:id/domains")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(json(AddDomainInput))
    .answer(addDomain),
  route
    .post("/api/organizations/:id/domains/:domainId/verify")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .step(limitPerAddress("domains"))
    .answer(verifyDomain),
  route
    .remove("/api/organizations/:id/domains/:domainId")
    .step(signedIn)
    .step(ownersOnly)
    .step(requireRecentSignIn)
    .answer(removeDomain),
];

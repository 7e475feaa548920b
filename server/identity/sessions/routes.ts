import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callersApp, callingApp, csrfHeader, notByDevice, signedIn } from "../http/steps.ts";
import { logOut } from "./log-out.ts";
import { refresh } from "./refresh.ts";
import { switchOrganization, SwitchOrganizationInput } from "./switch-organization.ts";

/** Renewing, changing and ending a session. */
export const sessionRoutes: readonly AuthRoute[] = [
  route.post("/refresh").step(allowedOrigin).step(csrfHeader).step(callingApp).answer(refresh),
  route.post("/logout").answer(logOut),
  route
    .post("/api/me/active-organization")
    .step(signedIn)
    .step(notByDevice)
    .step(callersApp)
    .step(json(SwitchOrganizationInput))
    .answer(switchOrganization),
];

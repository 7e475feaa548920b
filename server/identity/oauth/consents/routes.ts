import { route, type AuthRoute } from "../../http/route.ts";
import { signedIn } from "../../http/steps.ts";
import { endConsent, readConsents } from "./manage-consents.ts";

/** The apps that a person has connected to the account. */
export const consentRoutes: readonly AuthRoute[] = [
  route.get("/api/me/consents").step(signedIn).answer(readConsents),
  route.remove("/api/me/consents/:clientId").step(signedIn).answer(endConsent),
];

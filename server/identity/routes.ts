import { accountRoutes } from "./account/routes.ts";
import { apiKeyRoutes } from "./api-keys/routes.ts";
import { appSwitcherRoutes } from "./app-switcher/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { bootstrapRoutes } from "./bootstrap/routes.ts";
import { catalogueRoutes } from "./catalogue/routes.ts";
import { consentRoutes } from "./oauth/consents/routes.ts";
import { developerRoutes } from "./developers/routes.ts";
import { directoryRoutes } from "./directory/routes.ts";
import { clientDocumentRoutes } from "./client-documents/routes.ts";
import { domainRoutes } from "./domains/routes.ts";
import { handoffRoutes } from "./handoff/routes.ts";
import { federatedRoutes } from "./federated/routes.ts";
import { emailRoutes } from "./email/routes.ts";
import { okAnswer } from "./http/exchange.ts";
import { route, type AuthRoute } from "./http/route.ts";
import { intakeRoutes } from "./intake/routes.ts";
import { invitationRoutes } from "./invitations/routes.ts";
import { loginRoutes } from "./login/routes.ts";
import { noticeRoutes } from "./notices/routes.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { organizationSignInRoutes } from "./organization-sign-in/routes.ts";
import { organizationRoutes } from "./organizations/routes.ts";
import { passkeyRoutes } from "./passkeys/routes.ts";
import { permissionRoutes } from "./permissions/routes.ts";
import { passwordRoutes } from "./password/routes.ts";
import { readinessRoutes } from "./readiness/routes.ts";
import { registrationRoutes } from "./registration/routes.ts";
import { revocationRoutes } from "./revocations/routes.ts";
import { secondFactorRoutes } from "./second-factor/routes.ts";
import { sessionFrameRoutes } from "./session-frames/routes.ts";
import { sessionRoutes } from "./sessions/routes.ts";
import { settingsRoutes } from "./settings-redirect/routes.ts";
import { signingRoutes } from "./signing/routes.ts";
import { userAdministrationRoutes } from "./users/administration/routes.ts";
import { userRoutes } from "./users/routes.ts";
import { validationRoutes } from "./validation/routes.ts";
import { waysInRoutes } from "./ways-in/routes.ts";

/** Everything Auth answers to, room by room. Each row is what happens, in order. */
export const routes: readonly AuthRoute[] = [
  route.get("/health").answer(() => okAnswer({ status: "ok" })),
  ...readinessRoutes,
  ...signingRoutes,
  ...loginRoutes,
  ...passkeyRoutes,
  ...federatedRoutes,
  ...registrationRoutes,
  ...emailRoutes,
  ...passwordRoutes,
  ...secondFactorRoutes,
  ...accountRoutes,
  ...waysInRoutes,
  ...sessionRoutes,
  ...sessionFrameRoutes,
  ...handoffRoutes,
  ...appSwitcherRoutes,
  ...settingsRoutes,
  ...validationRoutes,
  ...revocationRoutes,
  ...noticeRoutes,
  ...oauthRoutes,
  ...consentRoutes,
  ...bootstrapRoutes,
  ...userRoutes,
  ...catalogueRoutes,
  ...organizationRoutes,
  ...invitationRoutes,
  ...clientDocumentRoutes,
  ...domainRoutes,
  ...directoryRoutes,
  ...organizationSignInRoutes,
  ...permissionRoutes,
  ...userAdministrationRoutes,
  ...auditRoutes,
  ...apiKeyRoutes,
  ...developerRoutes,
  ...intakeRoutes,
];

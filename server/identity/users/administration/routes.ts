import { json, query } from "../../http/read-input.ts";
import { route, type AuthRoute } from "../../http/route.ts";
import { signedIn } from "../../http/steps.ts";
import { requireRecentSignIn } from "../../step-up/require-recent-sign-in.ts";
import { changeUserStatus, ChangeUserStatusInput } from "./change-user-status.ts";
import { mailPasswordReset } from "./mail-password-reset.ts";
import { recoverAccount, RecoverAccountInput } from "./recover-account.ts";
import { readUserSecurity } from "./security-of-user.ts";
import { listOrganizationSessions, OrganizationSessionsQuery } from "./sessions-of-organization.ts";
import { endAllUserSessions, endUserSession, listUserSessions } from "./sessions-of-user.ts";

/** What those who administer an organization, or the platform, may do about another person. */
export const userAdministrationRoutes: readonly AuthRoute[] = [
  route
    .get("/api/organizations/:id/sessions")
    .step(signedIn)
    .step(query(OrganizationSessionsQuery))
    .answer(listOrganizationSessions),
  route.get("/api/users/:userId/sessions").step(signedIn).answer(listUserSessions),
  route.remove("/api/users/:userId/sessions").step(signedIn).answer(endAllUserSessions),
  route.remove("/api/users/:userId/sessions/:id").step(signedIn).answer(endUserSession),
  route.get("/api/users/:userId/security").step(signedIn).answer(readUserSecurity),
  route.post("/api/users/:userId/password-reset").step(signedIn).answer(mailPasswordReset),
  route
    .post("/api/users/:userId/recovery")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(RecoverAccountInput))
    .answer(recoverAccount),
  route
    .patch("/api/users/:userId/status")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(ChangeUserStatusInput))
    .answer(changeUserStatus),
];

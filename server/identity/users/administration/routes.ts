import { json } from "../../http/read-input.ts";
import { get, patch, remove, type Route } from "../../http/route.ts";
import { signedIn } from "../../http/steps.ts";
import { changeUserStatus, userStatusInput } from "./change-user-status.ts";
import { readUserSecurity } from "./security-of-user.ts";
import { endAllUserSessions, endUserSession, listUserSessions } from "./sessions-of-user.ts";

/** What those who administer an organization, or the platform, may do about another person. */
export const userAdministrationRoutes: readonly Route[] = [
  get("/api/users/:userId/sessions").step(signedIn).answer(listUserSessions),
  remove("/api/users/:userId/sessions").step(signedIn).answer(endAllUserSessions),
  remove("/api/users/:userId/sessions/:id").step(signedIn).answer(endUserSession),
  get("/api/users/:userId/security").step(signedIn).answer(readUserSecurity),
  patch("/api/users/:userId/status").step(signedIn).step(json(userStatusInput)).answer(changeUserStatus),
];

import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { endOtherSessions, endOwnSession, readOwnSessions } from "../sessions/own-sessions.ts";
import { updateMe, UpdateMeInput } from "./update-me.ts";

/** A person's own account. */
export const accountRoutes: readonly AuthRoute[] = [
  route.patch("/api/me").step(signedIn).step(json(UpdateMeInput)).answer(updateMe),
  route.get("/api/me/sessions").step(signedIn).answer(readOwnSessions),
  route.remove("/api/me/sessions").step(signedIn).answer(endOtherSessions),
  route.remove("/api/me/sessions/:sessionId").step(signedIn).answer(endOwnSession),
];

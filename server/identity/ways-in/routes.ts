import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { dropOwnWaysIn, DropWaysInInput } from "./drop-ways-in.ts";
import { readWaysIn } from "./read-ways-in.ts";

/** Every way into a person's account in one list, and dropping all of them but the password and this session. */
export const waysInRoutes: readonly AuthRoute[] = [
  route.get("/api/me/ways-in").step(signedIn).answer(readWaysIn),
  route
    .post("/api/me/ways-in/drop")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(DropWaysInInput))
    .answer(dropOwnWaysIn),
];

import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callingApp, limitPerAddress } from "../http/steps.ts";
import { finishSignIn, FinishSignInInput } from "./finish-sign-in.ts";
import { logIn, LogInInput } from "./log-in.ts";
import { readPendingMethods, readSignInOptions } from "./read-sign-in.ts";

/** Signing in. */
export const loginRoutes: readonly AuthRoute[] = [
  route
    .post("/login")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingApp)
    .step(json(LogInInput))
    .answer(logIn),
  route
    .post("/login/mfa")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingApp)
    .step(json(FinishSignInInput))
    .answer(finishSignIn),
  route.get("/sign-in/options").answer(readSignInOptions),
  route.get("/sign-in/pending").answer(readPendingMethods),
];

import { json } from "../http/read-input.ts";
import { get, post, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callingApp, limitPerAddress } from "../http/steps.ts";
import { finishSignIn, finishSignInInput } from "./finish-sign-in.ts";
import { logIn, loginInput } from "./log-in.ts";
import { readPendingMethods, readSignInOptions } from "./read-sign-in.ts";

/** Signing in. */
export const loginRoutes: readonly AuthRoute[] = [
  post("/login")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingApp)
    .step(json(loginInput))
    .answer(logIn),
  post("/login/mfa")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingApp)
    .step(json(finishSignInInput))
    .answer(finishSignIn),
  get("/sign-in/options").answer(readSignInOptions),
  get("/sign-in/pending").answer(readPendingMethods),
];

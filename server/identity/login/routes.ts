import { json } from "../http/read-input.ts";
import { post, type Route } from "../http/route.ts";
import { allowedOrigin, callingApp, limitPerAddress } from "../http/steps.ts";
import { logIn, loginInput } from "./log-in.ts";

/** Signing in. */
export const loginRoutes: readonly Route[] = [
  post("/login")
    .step(limitPerAddress("login"))
    .step(allowedOrigin)
    .step(callingApp)
    .step(json(loginInput))
    .answer(logIn),
];

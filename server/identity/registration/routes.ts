import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress } from "../http/steps.ts";
import { askForTurnstile } from "./ask-for-turnstile.ts";
import { register, RegisterInput } from "./register.ts";

/** Making an account. */
export const registrationRoutes: readonly AuthRoute[] = [
  route
    .post("/register")
    .step(limitPerAddress("register"))
    .step(allowedOrigin)
    .step(json(RegisterInput))
    .step(askForTurnstile)
    .answer(register),
];

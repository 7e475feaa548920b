import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, limitPerAddress } from "../http/steps.ts";
import { register, RegisterInput } from "./register.ts";

/** Making an account. */
export const registrationRoutes: readonly AuthRoute[] = [
  route
    .post("/register")
    .step(limitPerAddress("register"))
    .step(allowedOrigin)
    .step(json(RegisterInput))
    .answer(register),
];

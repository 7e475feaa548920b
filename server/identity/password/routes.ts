import { addressInput } from "../email/verify-email.ts";
import { json } from "../http/read-input.ts";
import { post, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callersApp, limitPerAddress, signedIn } from "../http/steps.ts";
import { mailWorks } from "../mail/mail-works.ts";
import { changePassword, changePasswordInput } from "./change-password.ts";
import { forgotPassword } from "./forgot-password.ts";
import { resetPassword, resetPasswordInput } from "./reset-password.ts";

/** Choosing another password. */
export const passwordRoutes: readonly AuthRoute[] = [
  post("/password/forgot")
    .step(limitPerAddress("mail"))
    .step(allowedOrigin)
    .step(mailWorks)
    .step(json(addressInput))
    .answer(forgotPassword),
  post("/password/reset")
    .step(limitPerAddress("reset"))
    .step(allowedOrigin)
    .step(json(resetPasswordInput))
    .answer(resetPassword),
  post("/api/me/password")
    .step(limitPerAddress("login"))
    .step(signedIn)
    .step(callersApp)
    .step(json(changePasswordInput))
    .answer(changePassword),
];

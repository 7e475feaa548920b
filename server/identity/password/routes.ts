import { EmailAddressInput } from "../email/verify-email.ts";
import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callersApp, limitPerAddress, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { mailWorks } from "../mail/mail-works.ts";
import { changePassword, ChangePasswordInput } from "./change-password.ts";
import { forgotPassword } from "./forgot-password.ts";
import { resetPassword, ResetPasswordInput } from "./reset-password.ts";

/** Choosing another password. */
export const passwordRoutes: readonly AuthRoute[] = [
  route
    .post("/password/forgot")
    .step(limitPerAddress("mail"))
    .step(allowedOrigin)
    .step(mailWorks)
    .step(json(EmailAddressInput))
    .answer(forgotPassword),
  route
    .post("/password/reset")
    .step(limitPerAddress("reset"))
    .step(allowedOrigin)
    .step(json(ResetPasswordInput))
    .answer(resetPassword),
  route
    .post("/api/me/password")
    .step(limitPerAddress("login"))
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(callersApp)
    .step(json(ChangePasswordInput))
    .answer(changePassword),
];

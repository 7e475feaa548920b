import { json } from "../http/read-input.ts";
import { get, post, put, remove, type AuthRoute } from "../http/route.ts";
import { callersApp, limitPerAddress, recentLogin, signedIn } from "../http/steps.ts";
import { renewRecoveryCodes } from "./manage-recovery-codes.ts";
import { confirmTotp, confirmTotpInput, removeTotp, startTotp } from "./manage-totp.ts";
import { reauthenticate, reauthenticateInput } from "./reauthenticate.ts";
import { readMfa, requiredInput, requireSecondFactor } from "./require-second-factor.ts";

/** What is asked for beside the first factor, and showing again who one is. */
export const secondFactorRoutes: readonly AuthRoute[] = [
  get("/api/me/mfa").step(signedIn).answer(readMfa),
  post("/api/me/mfa/totp").step(signedIn).step(recentLogin).answer(startTotp),
  post("/api/me/mfa/totp/:id/confirm")
    .step(signedIn)
    .step(recentLogin)
    .step(json(confirmTotpInput))
    .answer(confirmTotp),
  remove("/api/me/mfa/totp").step(signedIn).step(recentLogin).answer(removeTotp),
  post("/api/me/mfa/recovery-codes").step(signedIn).step(recentLogin).answer(renewRecoveryCodes),
  put("/api/me/mfa/required").step(signedIn).step(recentLogin).step(json(requiredInput)).answer(requireSecondFactor),
  post("/api/me/reauthenticate")
    .step(limitPerAddress("login"))
    .step(signedIn)
    .step(callersApp)
    .step(json(reauthenticateInput))
    .answer(reauthenticate),
];

import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { callersApp, limitPerAddress, notByDevice, signedIn, verifiedAddress } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { renewRecoveryCodes } from "./manage-recovery-codes.ts";
import { confirmTotp, ConfirmTotpInput, removeTotp, startTotp } from "./manage-totp.ts";
import { reauthenticate, ReauthenticateInput } from "./reauthenticate.ts";
import { readMfa, RequireSecondFactorInput, requireSecondFactor } from "./require-second-factor.ts";

/** What is asked for beside the first factor, and showing again who one is. */
export const secondFactorRoutes: readonly AuthRoute[] = [
  route.get("/api/me/mfa").step(signedIn).answer(readMfa),
  route.post("/api/me/mfa/totp").step(signedIn).step(verifiedAddress).step(requireRecentSignIn).answer(startTotp),
  route
    .post("/api/me/mfa/totp/:id/confirm")
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .step(json(ConfirmTotpInput))
    .answer(confirmTotp),
  route.remove("/api/me/mfa/totp").step(signedIn).step(requireRecentSignIn).answer(removeTotp),
  route
    .post("/api/me/mfa/recovery-codes")
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .answer(renewRecoveryCodes),
  route
    .put("/api/me/mfa/required")
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .step(json(RequireSecondFactorInput))
    .answer(requireSecondFactor),
  route
    .post("/api/me/reauthenticate")
    .step(limitPerAddress("login"))
    .step(signedIn)
    .step(notByDevice)
    .step(callersApp)
    .step(json(ReauthenticateInput))
    .answer(reauthenticate),
];

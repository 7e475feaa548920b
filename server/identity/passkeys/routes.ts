import { json } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import {
  allowedOrigin,
  callingApp,
  csrfHeader,
  limitPerAddress,
  notByDevice,
  signedIn,
  verifiedAddress,
} from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import {
  authenticateByPasskey,
  AuthenticatePasskeyInput,
  authenticationOptions,
  PasskeyOptionsInput,
} from "./authenticate-passkey.ts";
import { listOwnPasskeys, removePasskey, renamePasskey, RenamePasskeyInput } from "./manage-passkeys.ts";
import {
  NewPasskeyInput,
  NoInput,
  RegisterPasskeyInput,
  registerPasskey,
  registrationOptions,
} from "./register-passkey.ts";
import { stepUpOptions } from "./step-up.ts";

/** Passkeys: making them, signing in with them, showing one again, keeping them in order. */
export const passkeyRoutes: readonly AuthRoute[] = [
  route
    .post("/passkeys/register/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .step(json(NewPasskeyInput))
    .answer(registrationOptions),
  route
    .post("/passkeys/register/verify")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(verifiedAddress)
    .step(requireRecentSignIn)
    .step(json(RegisterPasskeyInput))
    .answer(registerPasskey),
  route
    .post("/passkeys/authenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(json(PasskeyOptionsInput))
    .answer(authenticationOptions),
  route
    .post("/passkeys/authenticate/verify")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(callingApp)
    .step(json(AuthenticatePasskeyInput))
    .answer(authenticateByPasskey),
  route
    .post("/api/me/reauthenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(notByDevice)
    .step(json(NoInput))
    .answer(stepUpOptions),
  route.get("/api/me/passkeys").step(signedIn).answer(listOwnPasskeys),
  route
    .patch("/api/me/passkeys/:id")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(RenamePasskeyInput))
    .answer(renamePasskey),
  route.remove("/api/me/passkeys/:id").step(signedIn).step(requireRecentSignIn).answer(removePasskey),
];

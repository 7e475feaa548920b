import { json } from "../http/read-input.ts";
import { get, patch, post, remove, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callingApp, csrfHeader, limitPerAddress, recentLogin, signedIn } from "../http/steps.ts";
import {
  authenticateByPasskey,
  AuthenticatePasskeyInput,
  authenticationOptions,
  PasskeyOptionsInput,
} from "./authenticate-passkey.ts";
import { listOwnPasskeys, removePasskey, renamePasskey, RenamePasskeyInput } from "./manage-passkeys.ts";
import { NoInput, RegisterPasskeyInput, registerPasskey, registrationOptions } from "./register-passkey.ts";
import { stepUpOptions } from "./step-up.ts";

/** Passkeys: making them, signing in with them, showing one again, keeping them in order. */
export const passkeyRoutes: readonly AuthRoute[] = [
  post("/passkeys/register/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(recentLogin)
    .step(json(NoInput))
    .answer(registrationOptions),
  post("/passkeys/register/verify")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(json(RegisterPasskeyInput))
    .answer(registerPasskey),
  post("/passkeys/authenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(json(PasskeyOptionsInput))
    .answer(authenticationOptions),
  post("/passkeys/authenticate/verify")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(callingApp)
    .step(json(AuthenticatePasskeyInput))
    .answer(authenticateByPasskey),
  post("/api/me/reauthenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(json(NoInput))
    .answer(stepUpOptions),
  get("/api/me/passkeys").step(signedIn).answer(listOwnPasskeys),
  patch("/api/me/passkeys/:id").step(signedIn).step(recentLogin).step(json(RenamePasskeyInput)).answer(renamePasskey),
  remove("/api/me/passkeys/:id").step(signedIn).step(recentLogin).answer(removePasskey),
];

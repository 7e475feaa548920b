import { json } from "../http/read-input.ts";
import { get, patch, post, remove, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, callingApp, csrfHeader, limitPerAddress, recentLogin, signedIn } from "../http/steps.ts";
import {
  authenticateByPasskey,
  authenticateInput,
  authenticationOptions,
  optionsInput,
} from "./authenticate-passkey.ts";
import { listOwnPasskeys, removePasskey, renamePasskey, renameInput } from "./manage-passkeys.ts";
import { noInput, registerInput, registerPasskey, registrationOptions } from "./register-passkey.ts";
import { stepUpOptions } from "./step-up.ts";

/** Passkeys: making them, signing in with them, showing one again, keeping them in order. */
export const passkeyRoutes: readonly AuthRoute[] = [
  post("/passkeys/register/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(recentLogin)
    .step(json(noInput))
    .answer(registrationOptions),
  post("/passkeys/register/verify")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(json(registerInput))
    .answer(registerPasskey),
  post("/passkeys/authenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(json(optionsInput))
    .answer(authenticationOptions),
  post("/passkeys/authenticate/verify")
    .step(limitPerAddress("passkeys"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(callingApp)
    .step(json(authenticateInput))
    .answer(authenticateByPasskey),
  post("/api/me/reauthenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(json(noInput))
    .answer(stepUpOptions),
  get("/api/me/passkeys").step(signedIn).answer(listOwnPasskeys),
  patch("/api/me/passkeys/:id").step(signedIn).step(recentLogin).step(json(renameInput)).answer(renamePasskey),
  remove("/api/me/passkeys/:id").step(signedIn).step(recentLogin).answer(removePasskey),
];

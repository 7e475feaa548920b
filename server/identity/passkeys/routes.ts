import { json } from "../http/read-input.ts";
import { get, patch, post, remove, type Route } from "../http/route.ts";
import { allowedOrigin, callingApp, csrfHeader, limitPerAddress, recentLogin, signedIn } from "../http/steps.ts";
import { authenticate, authenticateInput, authenticationOptions, optionsInput } from "./authenticate-passkey.ts";
import { readPasskeys, removeOne, rename, renameInput } from "./manage-passkeys.ts";
import { noInput, registerInput, registerPasskey, registrationOptions } from "./register-passkey.ts";
import { stepUpOptions } from "./step-up.ts";

/** Passkeys: making them, signing in with them, showing one again, keeping them in order. */
export const passkeyRoutes: readonly Route[] = [
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
    .answer(authenticate),
  post("/api/me/reauthenticate/options")
    .step(limitPerAddress("passkeys"))
    .step(signedIn)
    .step(json(noInput))
    .answer(stepUpOptions),
  get("/api/me/passkeys").step(signedIn).answer(readPasskeys),
  patch("/api/me/passkeys/:id").step(signedIn).step(recentLogin).step(json(renameInput)).answer(rename),
  remove("/api/me/passkeys/:id").step(signedIn).step(recentLogin).answer(removeOne),
];

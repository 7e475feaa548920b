import {
  startAuthentication,
  startRegistration,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { AuthRefusal } from "../../../../_auth-api/auth-refusal.ts";
import { fieldAt, textAt } from "../../../../_auth-api/read-answer.ts";
import type { AskAuthAs } from "../../../../_data/ask-auth-as.ts";

/** The guarantee: Auth makes these options with the other half of the same library. */
const creationOptions = (body: unknown) => fieldAt(body, "options") as PublicKeyCredentialCreationOptionsJSON;
/** The guarantee is the same. */
const requestOptions = (body: unknown) => fieldAt(body, "options") as PublicKeyCredentialRequestOptionsJSON;

const asRefusal = (error: unknown): never => {
  const known = error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED";
  throw new AuthRefusal(known ? "passkey_known" : "passkey_cancelled");
};

/** Makes a passkey on this device. */
export const addPasskey = async (ask: AskAuthAs, name: string): Promise<void> => {
  const body = await ask("POST", "/passkeys/register/options", {});
  const response = await startRegistration({ optionsJSON: creationOptions(body) }).catch(asRefusal);
  await ask("POST", "/passkeys/register/verify", { challengeId: textAt(body, "challengeId"), response, name });
};

/** Shows one of one's passkeys again, with the password where it was typed: not every passkey checks who holds it. */
export const stepUpWithPasskey = async (ask: AskAuthAs, password: string): Promise<void> => {
  const body = await ask("POST", "/api/me/reauthenticate/options", {});
  const response = await startAuthentication({ optionsJSON: requestOptions(body) }).catch(asRefusal);
  const proof = { challengeId: textAt(body, "challengeId"), response };
  await ask("POST", "/api/me/reauthenticate", password === "" ? proof : { ...proof, password });
};

import {
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { askAuth } from "./ask-auth.ts";
import { AuthRefusal } from "./auth-refusal.ts";
import { fieldAt, textAt } from "./read-answer.ts";
import { signInOutcomeOf, type SecondFactorChallenge } from "./sign-in.ts";

/** The guarantee: Auth makes these options with the other half of the same library. */
const requestOptions = (body: unknown) => fieldAt(body, "options") as PublicKeyCredentialRequestOptionsJSON;
/** The guarantee is the same. */
const creationOptions = (body: unknown) => fieldAt(body, "options") as PublicKeyCredentialCreationOptionsJSON;

/** The person, the browser or another ceremony ended it; a page says so gently or not at all. */
const asRefusal = (error: unknown): AuthRefusal => {
  if (error instanceof AuthRefusal) return error;
  if (error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED")
    return new AuthRefusal("passkey_known");
  return new AuthRefusal("passkey_cancelled");
};

interface PasskeyUse {
  /** Offered among the suggestions of the e-mail field instead of in a window of its own. */
  readonly autofill?: boolean;
  /** Where it is the second factor. */
  readonly pending?: SecondFactorChallenge;
}

// The offer in the e-mail field and the button must not both sign in: the second session would end the first.
let latest = 0;
let isFinishing = false;

const finishOnce = async (proof: unknown): Promise<SecondFactorChallenge | undefined> => {
  isFinishing = true;
  try {
    return signInOutcomeOf(await askAuth("POST", "/passkeys/authenticate/verify", proof));
  } finally {
    isFinishing = false;
  }
};

/** Signs in with a passkey; what is left to do where that was not enough. One that is begun later ends this one. */
export const signInWithPasskey = async ({ autofill = false, pending }: PasskeyUse = {}): Promise<
  SecondFactorChallenge | undefined
> => {
  const mine = ++latest;
  const token = pending?.mfaToken === undefined ? {} : { mfaToken: pending.mfaToken };
  const { body } = await askAuth("POST", "/passkeys/authenticate/options", token);
  const challengeId = textAt(body, "challengeId");
  if (mine !== latest) throw new AuthRefusal("passkey_cancelled");
  const response = await startAuthentication({
    optionsJSON: requestOptions(body),
    useBrowserAutofill: autofill,
  }).catch((error: unknown) => {
    throw asRefusal(error);
  });
  if (mine !== latest || isFinishing) throw new AuthRefusal("passkey_cancelled");
  return finishOnce({ challengeId, response, ...token });
};

/** Shows one of one's passkeys again, with the password where it was typed: not every passkey checks who holds it. */
export const confirmByPasskey = async (password: string): Promise<void> => {
  const { body } = await askAuth("POST", "/api/me/reauthenticate/options", {});
  const challengeId = textAt(body, "challengeId");
  const response = await startAuthentication({ optionsJSON: requestOptions(body) }).catch((error: unknown) => {
    throw asRefusal(error);
  });
  const proof = { challengeId, response };
  await askAuth("POST", "/api/me/reauthenticate", password === "" ? proof : { ...proof, password });
};

/** Makes a passkey for the account that is signed in. */
export const enrollPasskey = async (name: string): Promise<void> => {
  const { body } = await askAuth("POST", "/passkeys/register/options", {});
  const challengeId = textAt(body, "challengeId");
  const response = await startRegistration({ optionsJSON: creationOptions(body) }).catch((error: unknown) => {
    throw asRefusal(error);
  });
  await askAuth("POST", "/passkeys/register/verify", { challengeId, response, name });
};

export const browserOffersPasskeys = browserSupportsWebAuthnAutofill;

/** Ends a ceremony that still waits. */
export const stopWaiting = (): void => WebAuthnAbortService.cancelCeremony();

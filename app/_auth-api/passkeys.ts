import {
  browserSupportsWebAuthnAutofill,
  getBrowserCapabilities,
  platformAuthenticatorIsAvailable,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { describeDevice } from "./describe-device.ts";
import { askAuth } from "./ask-auth.ts";
import { AuthRefusal } from "./auth-refusal.ts";
import { fieldAt, listAt, textAt } from "./read-answer.ts";
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

const makePasskey = async (name: string, automatic: boolean): Promise<void> => {
  const { body } = await askAuth("POST", "/passkeys/register/options", { automatic });
  const challengeId = textAt(body, "challengeId");
  const made = { optionsJSON: creationOptions(body), useAutoRegister: automatic };
  const response = await startRegistration(made).catch((error: unknown) => {
    throw asRefusal(error);
  });
  await askAuth("POST", "/passkeys/register/verify", { challengeId, response, name, automatic });
};

/** Makes a passkey for the account that is signed in. */
export const enrollPasskey = (name: string): Promise<void> => makePasskey(name, false);

// A browser that can do it decides within moments; nobody waits longer on the way in.
const upgradeMs = 4_000;

/**
 * Lets the browser make a passkey beside the password that it has just filled in, without asking anything. True where it
 * has one of the account now, from this moment or from before.
 */
export const upgradeToPasskey = async (): Promise<boolean> => {
  const timer = setTimeout(stopWaiting, upgradeMs);
  try {
    await makePasskey(describeDevice(navigator.userAgent), true);
    return true;
  } catch (error) {
    return error instanceof AuthRefusal && error.code === "passkey_known";
  } finally {
    clearTimeout(timer);
  }
};

export const hasPasskeys = async (): Promise<boolean> =>
  listAt((await askAuth("GET", "/api/me/passkeys")).body, "passkeys", (passkey) => passkey).length > 0;

export const createsPasskeysByItself = async (): Promise<boolean> =>
  (await getBrowserCapabilities()).conditionalCreate === "supported";

/** Whether the device itself can ask for a finger, a face or a screen lock. */
export const deviceMakesPasskeys = platformAuthenticatorIsAvailable;

export const browserOffersPasskeys = browserSupportsWebAuthnAutofill;

/** Ends a ceremony that still waits. */
export const stopWaiting = (): void => WebAuthnAbortService.cancelCeremony();

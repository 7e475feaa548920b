import { AuthClientError } from "./auth-client-error.ts";

/** Shows the browser's passkey dialog: options and response are WebAuthn's JSON forms. */
export type StartAuthentication = (options: unknown) => Promise<unknown>;

interface JsonCredentials {
  readonly parseRequestOptionsFromJSON: (options: unknown) => PublicKeyCredentialRequestOptions;
}

/** The static JSON parser, which browsers have had since 2023 and TypeScript types for its own shape of options alone. */
const jsonCredentials = (): JsonCredentials | undefined => {
  const found: unknown = Reflect.get(globalThis, "PublicKeyCredential");
  return typeof found === "function" && "parseRequestOptionsFromJSON" in found ? asJsonCredentials(found) : undefined;
};

/** Guarantee: the caller has looked that the one member named by the type is there. */
const asJsonCredentials = (value: object): JsonCredentials => value as JsonCredentials;

const refusals: Readonly<Record<string, string>> = {
  NotAllowedError: "passkey_cancelled",
  AbortError: "passkey_cancelled",
};

/**
 * The browser's own JSON interface. Hand in `startAuthentication` of `@simplewebauthn/browser` instead where older
 * browsers count: `(optionsJSON) => startAuthentication({ optionsJSON })`.
 */
export const startBrowserAuthentication: StartAuthentication = async (options) => {
  const json = jsonCredentials();
  if (!json) throw new AuthClientError("passkey_unsupported", 0, "This browser does not support passkeys.");
  try {
    const credential = await navigator.credentials.get({ publicKey: json.parseRequestOptionsFromJSON(options) });
    if (!(credential instanceof PublicKeyCredential)) throw new DOMException("no credential", "NotAllowedError");
    return credential.toJSON();
  } catch (error) {
    if (AuthClientError.is(error)) throw error;
    const name = error instanceof DOMException ? error.name : "";
    throw new AuthClientError(refusals[name] ?? "passkey_unsupported", 0, "No passkey was used.", { cause: error });
  }
};

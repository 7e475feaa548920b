import { textOf, type Called, type TestAuth } from "./auth-server.ts";
import type { SoftwareAuthenticator } from "./software-authenticator.ts";

/** What options routes answer with. */
export interface CeremonyOptions {
  readonly challengeId: string;
  readonly options: {
    readonly challenge: string;
    readonly rpId: string;
    readonly rp: { readonly id: string };
    readonly user: { readonly id: string };
    readonly allowCredentials?: readonly { readonly id: string }[];
    readonly excludeCredentials?: readonly { readonly id: string }[];
  };
}

/** The guarantee: options routes answer 200 with this form, as the calling tests check by using it. */
const askedOf = ({ status, body }: Called): CeremonyOptions => {
  if (status !== 200) throw new Error(`options answered ${status} ${JSON.stringify(body)}`);
  return body as unknown as CeremonyOptions;
};

export const nexusPage = { "x-topolo-auth": "1", "x-service-id": "srv_nexus", origin: "http://localhost:3000" };

/** The two steps of making a passkey and of showing one, over HTTP. */
export const passkeyCeremonies = (auth: TestAuth) => {
  const registerOptions = async (bearer: string): Promise<CeremonyOptions> =>
    askedOf(await auth.call("POST", "/passkeys/register/options", { bearer, body: {} }));
  const register = async (bearer: string, authenticator: SoftwareAuthenticator, name = "Key"): Promise<string> => {
    const { challengeId, options } = await registerOptions(bearer);
    const body = { challengeId, response: authenticator.create(options), name };
    const made = await auth.call("POST", "/passkeys/register/verify", { bearer, body });
    if (made.status !== 201) throw new Error(`registration answered ${made.status} ${JSON.stringify(made.body)}`);
    return textOf(made.body, "id");
  };
  const signInOptions = async (body: object = {}): Promise<CeremonyOptions> =>
    askedOf(await auth.call("POST", "/passkeys/authenticate/options", { body, headers: nexusPage }));
  const stepUpOptions = async (bearer: string): Promise<CeremonyOptions> =>
    askedOf(await auth.call("POST", "/api/me/reauthenticate/options", { bearer, body: {}, headers: nexusPage }));
  const verify = (body: object, cookie?: string): Promise<Called> =>
    auth.call("POST", "/passkeys/authenticate/verify", {
      body,
      headers: nexusPage,
      ...(cookie === undefined ? {} : { cookie }),
    });
  const signIn = async (authenticator: SoftwareAuthenticator): Promise<Called> => {
    const { challengeId, options } = await signInOptions();
    return verify({ challengeId, response: authenticator.get(options) });
  };
  return { registerOptions, register, signInOptions, stepUpOptions, verify, signIn };
};

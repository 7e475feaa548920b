import { askAuth } from "./ask-auth.ts";
import type { AuthReply } from "./send-to-auth.ts";
import { fieldAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface SignInProvider {
  readonly id: string;
  readonly name: string;
}

/** The ways of signing in that are set up. */
export interface SignInOptions {
  readonly registration: boolean;
  /** Of the robot check that registration asks for; undefined where it does not. */
  readonly turnstileSiteKey: string | undefined;
  readonly providers: readonly SignInProvider[];
}

const factors = ["totp", "passkey", "recovery_code"] as const;
export type Factor = (typeof factors)[number];

/** A sign-in that waits for its second factor; without a token where a cookie carries it. */
export interface SecondFactorChallenge {
  readonly mfaToken: string | undefined;
  readonly methods: readonly Factor[];
}

const readProvider = (item: unknown): SignInProvider => ({ id: textAt(item, "id"), name: textAt(item, "name") });

export const fetchSignInOptions = async (): Promise<SignInOptions> => {
  const { body } = await askAuth("GET", "/sign-in/options");
  return {
    registration: fieldAt(body, "registration") !== false,
    turnstileSiteKey: optionalText(body, "turnstileSiteKey"),
    providers: listAt(body, "providers", readProvider),
  };
};

const pendingIn = (body: unknown): SecondFactorChallenge => {
  const offered = listAt(body, "methods", String);
  return { mfaToken: optionalText(body, "mfaToken"), methods: factors.filter((factor) => offered.includes(factor)) };
};

/** What became of a first factor: undefined where it was enough. */
export const signInOutcomeOf = ({ status, body }: AuthReply): SecondFactorChallenge | undefined =>
  status === 202 ? pendingIn(body) : undefined;

export const sendPassword = async (email: string, password: string): Promise<SecondFactorChallenge | undefined> =>
  signInOutcomeOf(await askAuth("POST", "/login", { email, password }));

export const sendCode = async (
  { mfaToken }: SecondFactorChallenge,
  method: "totp" | "recovery_code",
  code: string,
): Promise<void> => {
  await askAuth("POST", "/login/mfa", { ...(mfaToken === undefined ? {} : { mfaToken }), method, code });
};

/** The sign-in that another service began in this browser and that waits for its second factor. */
export const fetchPendingSignIn = async (): Promise<SecondFactorChallenge> =>
  pendingIn((await askAuth("GET", "/sign-in/pending")).body);

/** Where signing in with another service begins; a page of Auth that leads there. */
export const providerPath = (id: string, returnTo: string): string =>
  `/federated/${encodeURIComponent(id)}/start?return_to=${encodeURIComponent(returnTo)}`;

const organizationStart = /^\/organization-sign-in\/\w+\/start$/;

/** Where signing in begins at the organization that has verified the address's domain; undefined where there is none. */
export const findOrganizationStart = async (email: string): Promise<string | undefined> => {
  const { body } = await askAuth("POST", "/sign-in/organization", { email });
  const start = optionalText(fieldAt(body, "organization"), "start");
  return start !== undefined && organizationStart.test(start) ? start : undefined;
};

import { AuthClientError } from "./auth-client-error.ts";
import {
  defaultTimeoutMs,
  exchangeGrant,
  fetchOf,
  issuerOf,
  type TokenEndpoint,
  type TokenSet,
} from "./token-endpoint.ts";
import { verifyIdToken, type IdTokenClaims } from "./verify-id-token.ts";
import { challengeOf, randomText } from "./web-crypto.ts";

/** What must be kept, in a place of this browser's own, until Auth's answer comes back. */
export interface SignInTransaction {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

export interface StartSignIn {
  readonly authUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** `openid` by default. A third party's app adds what it wants to be granted; `offline_access` needs the prompt `consent`. */
  readonly scope?: string | undefined;
  /** `none` asks without ever showing a page; `login` asks for the password again. */
  readonly prompt?: "none" | "login" | "consent" | undefined;
  readonly loginHint?: string | undefined;
}

export interface StartedSignIn {
  /** Where the browser goes. */
  readonly url: string;
  readonly transaction: SignInTransaction;
}

export interface CompleteSignIn extends TokenEndpoint {
  readonly transaction: SignInTransaction;
  /** The query of the address that Auth came back to. */
  readonly answer: URLSearchParams | Readonly<Record<string, unknown>>;
}

export interface CompletedSignIn {
  readonly tokens: TokenSet;
  readonly claims: IdTokenClaims;
}

/** Begins a sign-in by authorization code with PKCE. */
export const startSignIn = async (options: StartSignIn): Promise<StartedSignIn> => {
  const { authUrl, clientId, redirectUri, scope = "openid", prompt, loginHint } = options;
  const transaction = { state: randomText(), nonce: randomText(), codeVerifier: randomText(), redirectUri };
  const url = new URL(`${issuerOf(authUrl)}/sso/authorize`);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge: await challengeOf(transaction.codeVerifier),
    code_challenge_method: "S256",
    prompt,
    login_hint: loginHint,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return { url: url.href, transaction };
};

const readerOf =
  (answer: CompleteSignIn["answer"]) =>
  (name: string): string | undefined => {
    const value = answer instanceof URLSearchParams ? answer.get(name) : answer[name];
    return typeof value === "string" ? value : undefined;
  };

/** Checks Auth's answer (state, issuer), exchanges the code, and checks the id token (signature, audience, nonce). */
export const completeSignIn = async (options: CompleteSignIn): Promise<CompletedSignIn> => {
  const { clientId, transaction, timeoutMs = defaultTimeoutMs, now = Date.now } = options;
  const issuer = issuerOf(options.authUrl);
  const read = readerOf(options.answer);
  if (transaction.state === "" || read("state") !== transaction.state) {
    throw new AuthClientError("state_mismatch", 0, "This response does not belong to a sign-in that was started here.");
  }
  if (read("iss") !== issuer) throw new AuthClientError("issuer_mismatch", 0, "The response is from another issuer.");
  const error = read("error");
  if (error !== undefined) throw new AuthClientError(error, 0, `Topolo Auth refused the sign-in: ${error}.`);
  const tokens = await exchangeGrant(options, {
    grant_type: "authorization_code",
    code: read("code") ?? "",
    redirect_uri: transaction.redirectUri,
    code_verifier: transaction.codeVerifier,
  });
  if (tokens.idToken === undefined) throw new AuthClientError("id_token_invalid", 0, "The response has no id token.");
  const claims = await verifyIdToken({
    idToken: tokens.idToken,
    issuer,
    clientId,
    nonce: transaction.nonce,
    fetch: fetchOf(options),
    timeoutMs,
    now,
  });
  return { tokens, claims };
};

import { AuthClientError } from "./auth-client-error.ts";
import { understand, type AskAuth, type Fetch } from "./ask-auth.ts";
import { completeSignIn, startSignIn, type SignInTransaction } from "./code-sign-in.ts";
import { isFields } from "./fields.ts";
import { createLoopBreaker } from "./loop-breaker.ts";
import type { SessionHolder } from "./session-holder.ts";
import { parseValidatedSession, type AuthSession } from "./session.ts";
import type { TabBridge } from "./tab-bridge.ts";

/** The app's OAuth client, for sign-in on Auth's own pages. */
export interface SignInClient {
  readonly clientId: string;
  /** Registered at Auth, exactly. */
  readonly redirectUri: string;
  readonly scope?: string;
}

export interface BrowserSignIn {
  /**
   * Leaves for Auth's sign-in page. `automatic` marks a redirect that nobody asked for; too many of those in a row
   * throw `redirect_loop`.
   */
  readonly startSignIn: (options?: {
    readonly returnTo?: string;
    readonly prompt?: "none" | "login";
    readonly loginHint?: string;
    readonly automatic?: boolean;
  }) => Promise<void>;
  /** On the page of `redirectUri`: checks the answer and signs in. `returnTo` is a path of this origin. */
  readonly completeSignIn: (url?: string) => Promise<{ readonly session: AuthSession; readonly returnTo: string }>;
}

interface CreateBrowserSignIn {
  readonly authUrl: string;
  readonly client: SignInClient | undefined;
  readonly ask: AskAuth["ask"];
  readonly holder: SessionHolder;
  readonly tabs: TabBridge;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly navigate: (url: string) => void;
  readonly storage: Storage | undefined;
}

interface Kept extends SignInTransaction {
  readonly returnTo: string;
}

const keyOf = (state: string): string => `topolo.sign-in.${state}`;

const isKept = (value: unknown): value is Kept =>
  isFields(value) &&
  ["state", "nonce", "codeVerifier", "redirectUri", "returnTo"].every((name) => typeof value[name] === "string");

/** A path of this origin, whatever was asked for: no link chooses where signing in leads. */
const ownPath = (wanted: string | undefined): string => {
  if (wanted === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted)) return "/";
  return new URL(wanted, "http://origin.invalid").origin === "http://origin.invalid" ? wanted : "/";
};

/** Each transaction is read once: an answer cannot be played again. */
const take = (storage: Storage | undefined, state: string): Kept | undefined => {
  const text = storage?.getItem(keyOf(state));
  storage?.removeItem(keyOf(state));
  const kept: unknown = text ? JSON.parse(text) : undefined;
  return isKept(kept) ? kept : undefined;
};

/** Asks Auth whose token this is, and takes the session over. */
const adoptToken = async (
  { ask, holder }: Pick<CreateBrowserSignIn, "ask" | "holder">,
  { accessToken, expiresAt }: { readonly accessToken: string; readonly expiresAt: number },
): Promise<AuthSession> => {
  const startedIn = holder.nextGeneration();
  const answer = await ask({ method: "GET", path: "/validate", bearer: accessToken });
  const validated = understand(answer, (body) => parseValidatedSession(body, accessToken));
  const session = { ...validated, expiresAt: Math.min(validated.expiresAt, expiresAt) };
  if (startedIn === holder.generation()) holder.become("authenticated", session);
  return session;
};

/** Sign-in by a visit to Auth's pages: authorization code with PKCE, kept in the tab's session storage meanwhile. */
export const createBrowserSignIn = (options: CreateBrowserSignIn): BrowserSignIn => {
  const { authUrl, storage, navigate, now } = options;
  const breaker = createLoopBreaker({ storage, name: "topolo.redirects", now });
  const configured = (): SignInClient => {
    if (!options.client || !storage)
      throw new AuthClientError("unsupported", 0, "Redirects need `signIn` and a browser.");
    return options.client;
  };

  return {
    startSignIn: async ({ returnTo, prompt, loginHint, automatic = false } = {}) => {
      const client = configured();
      if (automatic && !breaker.mayRedirect())
        throw new AuthClientError(
          "redirect_loop",
          0,
          "Signing in failed repeatedly; automatic redirects have stopped.",
        );
      const { url, transaction } = await startSignIn({ authUrl, ...client, prompt, loginHint });
      const kept: Kept = { ...transaction, returnTo: ownPath(returnTo) };
      storage?.setItem(keyOf(transaction.state), JSON.stringify(kept));
      navigate(url);
    },
    completeSignIn: async (url = location.href) => {
      const { clientId } = configured();
      const answer = new URL(url).searchParams;
      const kept = take(storage, answer.get("state") ?? "");
      if (!kept)
        throw new AuthClientError("state_mismatch", 0, "This response does not belong to a sign-in of this tab.");
      const { tokens, claims } = await completeSignIn({ ...options, clientId, transaction: kept, answer });
      const session = await adoptToken(options, tokens);
      if (session.user.id !== claims.sub)
        throw new AuthClientError("id_token_invalid", 0, "The id token and the access token are for different people.");
      options.tabs.send({ type: "session", session });
      return { session, returnTo: kept.returnTo };
    },
  };
};

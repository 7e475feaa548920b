import { createAskAuth, errorOf, type AskAuth, type Fetch } from "./ask-auth.ts";
import type { AuthClient, AuthClientOptions } from "./auth-client.ts";
import { createBrowserSignIn } from "./browser-sign-in.ts";
import { createLogin } from "./create-login.ts";
import { createRefresh } from "./create-refresh.ts";
import { createHandoff } from "./handoff.ts";
import { createSessionFrames } from "./session-frames.ts";
import { createSessionHolder } from "./session-holder.ts";
import { createTabBridge, noTabBridge } from "./tab-bridge.ts";
import { defaultTimeoutMs, issuerOf } from "./token-endpoint.ts";

const renewBeforeMs = 30_000;

const hasPage = (): boolean => typeof document !== "undefined";

/** Undefined on servers, and in browsers that keep nothing for this page. */
const sessionStorageOf = (): Storage | undefined => {
  try {
    return hasPage() ? globalThis.sessionStorage : undefined;
  } catch {
    return undefined;
  }
};

/** By the token, which also ends a session whose cookie the browser withholds; where that has ended, by the cookie. */
const endSession = async (ask: AskAuth["ask"], bearer: string | undefined): Promise<void> => {
  const byToken = bearer === undefined ? undefined : await ask({ path: "/logout", bearer });
  const answer = byToken && byToken.status !== 401 ? byToken : await ask({ path: "/logout" });
  if (answer.status !== 200) throw errorOf(answer);
};

/**
 * Signs in, keeps the session fresh and signs out, in a browser or headless.
 *
 * @example
 * const auth = createAuthClient({ authUrl: "https://auth.topolo.app", serviceId: "srv_roadmapper" });
 * await auth.refresh();
 * const token = await auth.accessToken();
 */
export const createAuthClient = (options: AuthClientOptions): AuthClient => {
  const { serviceId, headless = false, now = Date.now, timeoutMs = defaultTimeoutMs } = options;
  const { navigate = (url: string) => location.assign(url) } = options;
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const authUrl = issuerOf(options.authUrl);
  const holder = createSessionHolder();
  const { ask, forgetCookie } = createAskAuth({ authUrl, serviceId, headless, fetch: send, timeoutMs });
  const tabs =
    headless || !hasPage()
      ? noTabBridge
      : createTabBridge({ name: `topolo.session ${authUrl} ${serviceId}`, patienceMs: timeoutMs * 2 });
  const frames = createSessionFrames(authUrl);
  const refresh = createRefresh({ ask, holder, tabs, now });

  let leaving = false;
  tabs.listen((message) => {
    if (leaving) return;
    if (message.type === "session" && holder.state() !== "unauthenticated") {
      holder.nextGeneration();
      holder.become("authenticated", message.session);
      return;
    }
    // A tab that has signed out believes no late message, and no tab believes that all are signed out: Auth says it.
    if (message.type === "session" || holder.state() === "authenticated") refresh().catch(() => undefined);
  });

  const accessToken = async (): Promise<string | undefined> => {
    const session = holder.session();
    if (session && session.expiresAt - now() > renewBeforeMs) return session.accessToken;
    if (holder.state() === "unauthenticated") return undefined;
    return (await refresh())?.accessToken;
  };

  const shared = { authUrl, serviceId, ask, holder, tabs, fetch: send, timeoutMs, now, navigate };
  return {
    state: holder.state,
    session: holder.session,
    subscribe: holder.subscribe,
    refresh,
    accessToken,
    ...createLogin(shared),
    ...createBrowserSignIn({ ...shared, client: options.signIn, storage: sessionStorageOf() }),
    ...createHandoff({ ...shared, accessToken }),
    logout: async () => {
      holder.nextGeneration();
      const bearer = holder.session()?.accessToken;
      holder.become("unauthenticated", undefined);
      leaving = true;
      try {
        await endSession(ask, bearer);
      } finally {
        leaving = false;
      }
      forgetCookie();
      tabs.send({ type: "ended" });
      void frames.broadcastLogout();
    },
    followOtherApps: () => frames.open(() => void refresh().catch(() => undefined)),
    close: () => {
      tabs.close();
      frames.close();
    },
  };
};

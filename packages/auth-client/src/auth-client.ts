import type { Fetch } from "./ask-auth.ts";
import type { BrowserSignIn, SignInClient } from "./browser-sign-in.ts";
import type { Login } from "./create-login.ts";
import type { Handoff } from "./handoff.ts";
import type { AuthState } from "./session-holder.ts";
import type { AuthSession } from "./session.ts";

export interface AuthClientOptions {
  /** The origin of Auth, for example `https://auth.topolo.app`. */
  readonly authUrl: string;
  /** The registered id of this app, for example `srv_roadmapper`. */
  readonly serviceId: string;
  /** Outside browsers the session cookie is kept in memory, since there is no cookie jar. */
  readonly headless?: boolean;
  /** Needed for `startSignIn` and `completeSignIn`. */
  readonly signIn?: SignInClient;
  readonly fetch?: Fetch;
  readonly now?: () => number;
  readonly timeoutMs?: number;
  /** How to leave the page; `location.assign` by default. */
  readonly navigate?: (url: string) => void;
}

export interface AuthClient extends Login, BrowserSignIn, Handoff {
  readonly state: () => AuthState;
  readonly session: () => AuthSession | undefined;
  /** Calls back after every change of state or session; returns a function that ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Restores or renews the session; callers at the same moment share one request, and so do tabs. Undefined: signed out. */
  readonly refresh: () => Promise<AuthSession | undefined>;
  /** Ends the session at Auth and tells the other apps and tabs of this browser. */
  readonly logout: () => Promise<void>;
  /** An access token good for at least another half minute, refreshed where needed. Undefined: signed out. */
  readonly accessToken: () => Promise<string | undefined>;
  /** Hears of sign-outs in other apps of this browser, from now on. Loads one hidden frame of Auth's. */
  readonly followOtherApps: () => void;
  /** Lets go of tabs and frames. */
  readonly close: () => void;
}

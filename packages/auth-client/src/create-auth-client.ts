import { AuthClientError } from "./auth-client-error.ts";
import { createCookieKeeper } from "./cookie-keeper.ts";
import { parseSession, type AuthSession } from "./session.ts";

/** `loading` until the first refresh has answered; `unavailable` while Auth cannot be asked. Only a 401 means signed out. */
export type AuthState = "loading" | "authenticated" | "unauthenticated" | "unavailable";

export interface AuthClientOptions {
  /** The origin of Auth, for example `https://auth.topolo.app`. */
  readonly authUrl: string;
  /** The registered id of this app, for example `srv_roadmapper`. */
  readonly serviceId: string;
  /** Outside browsers the session cookie is kept in memory, since there is no cookie jar. */
  readonly headless?: boolean;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  readonly now?: () => number;
  readonly timeoutMs?: number;
}

export interface AuthClient {
  readonly state: () => AuthState;
  readonly session: () => AuthSession | undefined;
  /** Calls back after every change of state or session; returns a function that ends the subscription. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly login: (credentials: { readonly email: string; readonly password: string }) => Promise<AuthSession>;
  /** Restores or renews the session; callers at the same moment share one request. Undefined: signed out. */
  readonly refresh: () => Promise<AuthSession | undefined>;
  readonly logout: () => Promise<void>;
  /** An access token good for at least another half minute, refreshed where needed. Undefined: signed out. */
  readonly accessToken: () => Promise<string | undefined>;
}

const renewBeforeMs = 30_000;

const readJson = async (response: Response): Promise<unknown> => {
  if (!(response.headers.get("content-type") ?? "").startsWith("application/json")) return undefined;
  return response.json().catch(() => undefined);
};

const errorCode = (body: unknown): string | undefined => {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const { error } = body;
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
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
  const { serviceId, headless = false, now = Date.now, timeoutMs = 10_000 } = options;
  const authUrl = options.authUrl.replace(/\/+$/, "");
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const cookies = createCookieKeeper(headless);
  const listeners = new Set<() => void>();
  let state: AuthState = "loading";
  let session: AuthSession | undefined;
  let refreshing: Promise<AuthSession | undefined> | undefined;
  let generation = 0;

  const become = (next: AuthState, nextSession: AuthSession | undefined): void => {
    state = next;
    session = nextSession;
    for (const listener of listeners) listener();
  };

  const post = async (
    path: string,
    body?: unknown,
    bearer?: string,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    try {
      const response = await send(`${authUrl}${path}`, {
        method: "POST",
        credentials: "include",
        redirect: "error",
        cache: "no-store",
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          "X-Topolo-Auth": "1",
          "X-Service-ID": serviceId,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
          ...cookies.headers(),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      cookies.keep(response);
      return { status: response.status, body: await readJson(response) };
    } catch (error) {
      throw new AuthClientError("unavailable", 0, "Topolo Auth cannot be reached.", { cause: error });
    }
  };

  const refuse = (status: number, body: unknown): AuthClientError =>
    new AuthClientError(errorCode(body) ?? "unavailable", status, `Topolo Auth answered ${status}.`);

  const adopt = (body: unknown, startedIn: number): AuthSession => {
    try {
      const fresh = parseSession(body);
      if (startedIn === generation) become("authenticated", fresh);
      return fresh;
    } catch (error) {
      throw new AuthClientError("unavailable", 200, "Topolo Auth's answer could not be understood.", { cause: error });
    }
  };

  const askRefresh = async (): Promise<AuthSession | undefined> => {
    const startedIn = generation;
    try {
      const { status, body } = await post("/refresh");
      if (status === 200) return adopt(body, startedIn);
      if (status !== 401) throw refuse(status, body);
      if (startedIn === generation) become("unauthenticated", undefined);
      return undefined;
    } catch (error) {
      if (startedIn === generation && state !== "authenticated") become("unavailable", undefined);
      throw error;
    }
  };

  const refresh = (): Promise<AuthSession | undefined> => {
    refreshing ??= askRefresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    state: () => state,
    session: () => session,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    login: async (credentials) => {
      generation += 1;
      const startedIn = generation;
      const { status, body } = await post("/login", credentials);
      if (status !== 200) throw refuse(status, body);
      return adopt(body, startedIn);
    },
    refresh,
    logout: async () => {
      generation += 1;
      const bearer = session?.accessToken;
      become("unauthenticated", undefined);
      const { status, body } = await post("/logout", undefined, bearer);
      cookies.clear();
      if (status >= 500) throw refuse(status, body);
    },
    accessToken: async () => {
      if (session && session.expiresAt - now() > renewBeforeMs) return session.accessToken;
      if (state === "unauthenticated") return undefined;
      return (await refresh())?.accessToken;
    },
  };
};

import { textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";
import { authorizePath, exchangeCode, locationOf, pkce, type TestClient, type TestTokens } from "./oauth-client.ts";

/** A browser on Auth's pages, as far as the protocol needs one. */
export interface TestBrowser {
  /** The session cookie from now on; undefined: nobody is signed in. */
  readonly signIn: (cookie: string | undefined) => void;
  readonly go: (method: string, path: string, body?: unknown) => Promise<Called>;
}

const csrf = { "x-topolo-auth": "1" };

/** Keeps cookies by name and path, and sends them where the path allows. */
export const createBrowser = (auth: TestAuth): TestBrowser => {
  const jar = new Map<string, { readonly pair: string; readonly path: string }>();
  const cookieFor = (path: string): string =>
    [...jar.values()]
      .filter((each) => path.startsWith(each.path))
      .map(({ pair }) => pair)
      .join("; ");
  const keep = ({ headers }: Called): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? "/";
      jar.set(`${pair.split("=")[0]} ${path}`, { pair, path });
    }
  };
  let current: string | undefined;
  return {
    signIn: (cookie) => {
      current = cookie;
    },
    go: async (method, path, body) => {
      const cookies = [current, cookieFor(path.split("?")[0] ?? "")].filter(Boolean).join("; ");
      const answer = await auth.call(method, path, {
        ...(cookies === "" ? {} : { cookie: cookies }),
        ...(body === undefined ? {} : { body }),
        headers: method === "GET" ? {} : csrf,
      });
      keep(answer);
      return answer;
    },
  };
};

/** Path and query of where an answer sends the browser. */
export const pathOf = (answer: Called): string => {
  const { pathname, search } = locationOf(answer);
  return pathname + search;
};

interface AskedAccess {
  readonly scope: string;
  readonly prompt?: string;
}

/** A request of an app that waits for the person. */
export interface WaitingRequest {
  /** What the consent page is told. */
  readonly shown: Called["body"];
  /** Allows the scopes, or all that is shown, for the organization that was shown; returns what the app gets for its code. */
  readonly allow: (scopes?: readonly string[], organizationId?: string) => Promise<Called>;
}

/** Begins a sign-in at an app and goes as far as the consent page. */
export const askForAccess = async (
  auth: TestAuth,
  client: TestClient,
  cookie: string,
  { scope, prompt }: AskedAccess,
): Promise<WaitingRequest> => {
  const browser = createBrowser(auth);
  browser.signIn(cookie);
  const { verifier, challenge } = pkce();
  const here = pathOf(await browser.go("GET", authorizePath(client, challenge, { scope, prompt })));
  const page = pathOf(await browser.go("GET", here));
  if (!page.startsWith("/consent")) throw new Error(`no consent page: ${here} leads to ${page}`);
  const uid = here.split("/").at(-1) ?? "";
  const { body: shown } = await browser.go("GET", `/api/interactions/${uid}`);
  return {
    shown,
    allow: async (scopes, organizationId) => {
      const decided = await browser.go("POST", `/api/interactions/${uid}`, {
        decision: "allow",
        ...(scopes === undefined ? {} : { scopes }),
        ...(organizationId === undefined ? {} : { organizationId }),
      });
      const resumed = await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname);
      const code = locationOf(resumed).searchParams.get("code") ?? "";
      return exchangeCode(auth, client, { code, verifier });
    },
  };
};

/** Allows these scopes of a foreign client's request; returns where the browser comes back to. */
export const allowAt = async (
  auth: TestAuth,
  { pathname, search }: URL,
  cookie: string,
  scopes: readonly string[],
): Promise<URL> => {
  const browser = createBrowser(auth);
  browser.signIn(cookie);
  const here = pathOf(await browser.go("GET", pathname + search));
  await browser.go("GET", here);
  const uid = here.split("/").at(-1) ?? "";
  const decided = await browser.go("POST", `/api/interactions/${uid}`, { decision: "allow", scopes });
  return locationOf(await browser.go("GET", new URL(textOf(decided.body, "redirectTo")).pathname));
};

/** Signs in at an app again, where nothing needs to be asked; returns what it gets for its code. */
export const signInAgain = async (
  auth: TestAuth,
  client: TestClient,
  cookie: string,
  scope: string,
): Promise<Called> => {
  const { verifier, challenge } = pkce();
  const answer = await auth.call("GET", authorizePath(client, challenge, { scope }), { cookie });
  const code = locationOf(answer).searchParams.get("code");
  if (code === null) throw new Error(`no code: ${answer.status} ${answer.headers.get("location")}`);
  return exchangeCode(auth, client, { code, verifier });
};

/** A whole sign-in at an app that asks for consent, with everything it asks for allowed. */
export const signInWithConsent = async (
  auth: TestAuth,
  client: TestClient,
  user: TestUser,
  scope = "openid profile email offline_access",
): Promise<TestTokens> => {
  const { cookie, sessionId } = await auth.login(user);
  const { body } = await (await askForAccess(auth, client, cookie, { scope, prompt: "consent" })).allow();
  return {
    accessToken: textOf(body, "access_token"),
    refreshToken: textOf(body, "refresh_token"),
    idToken: textOf(body, "id_token"),
    sessionId,
    cookie,
  };
};

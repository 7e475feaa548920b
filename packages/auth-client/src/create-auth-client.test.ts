import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import {
  AuthClientError,
  createAuthClient,
  type AuthClient,
  type AuthClientOptions,
  type AuthSession,
} from "./index.ts";

let auth: TestAuth;
let user: TestUser;

beforeAll(async () => {
  auth = await startTestAuth();
  user = await auth.addUser({ role: "owner" });
});
afterAll(() => auth.close());

const build = (options: Partial<AuthClientOptions> = {}) =>
  createAuthClient({ authUrl: auth.url, serviceId: "srv_roadmapper", headless: true, ...options });

const signIn = async (client: AuthClient): Promise<AuthSession> => {
  const outcome = await client.login({ email: user.email, password: user.password });
  if (outcome.status !== "authenticated") throw new Error("a second factor is due");
  return outcome.session;
};

describe("headless, against a real Auth [B5]", () => {
  test("signs in, gives tokens, refreshes and signs out", async () => {
    const client = build();
    expect(client.state()).toBe("loading");
    const session = await signIn(client);
    expect(session).toMatchObject({
      user: { id: user.id },
      organization: { slug: "topolo" },
      role: "owner",
      serviceId: "srv_roadmapper",
    });
    expect(client.state()).toBe("authenticated");
    expect(await client.accessToken()).toBe(session.accessToken);
    const renewed = await client.refresh();
    expect(renewed?.accessToken).not.toBe(session.accessToken);
    expect(renewed?.sessionId).toBe(session.sessionId);
    await client.logout();
    expect(client.state()).toBe("unauthenticated");
    expect(await client.accessToken()).toBeUndefined();
    expect((await auth.call("GET", "/validate", { bearer: session.accessToken })).status).toBe(401);
  });

  test("twenty callers share one refresh", async () => {
    let sent = 0;
    const client = build({
      fetch: (url, init) => {
        if (url.endsWith("/refresh")) sent += 1;
        return fetch(url, init);
      },
    });
    await signIn(client);
    const sessions = await Promise.all(Array.from({ length: 20 }, () => client.refresh()));
    expect(sent).toBe(1);
    expect(new Set(sessions.map((session) => session?.accessToken)).size).toBe(1);
  });

  test("a token near its end is renewed before it is given out", async () => {
    let now = Date.now();
    const client = build({ now: () => now });
    const { accessToken } = await signIn(client);
    now += 9 * 60_000;
    expect(await client.accessToken()).toBe(accessToken);
    now += 31_000;
    expect(await client.accessToken()).not.toBe(accessToken);
  });

  test("wrong credentials report Auth's error code", async () => {
    await expect(build().login({ email: user.email, password: "wrong password" })).rejects.toMatchObject({
      name: "AuthClientError",
      code: "invalid_credentials",
      status: 401,
    });
  });

  test("without a session a refresh says signed out", async () => {
    const client = build();
    expect(await client.refresh()).toBeUndefined();
    expect(client.state()).toBe("unauthenticated");
  });
});

describe("only a 401 of /refresh means signed out [C6]", () => {
  const json = (status: number, body: unknown) => async () =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  const session = {
    accessToken: "t",
    expiresAt: "2999-01-01T00:00:00Z",
    sessionId: "ses_1",
    serviceId: "srv_roadmapper",
    user: { id: "usr_1", email: "a@example.com", name: "A", pictureUrl: null },
    organization: null,
    role: null,
  };

  test.each([
    ["an outage", json(503, { error: { code: "unavailable" } })],
    ["a missing header", json(403, { error: { code: "csrf_header_missing" } })],
    ["an answer that is none", json(200, {})],
    ["HTML", async () => new Response("<h1>hello</h1>", { status: 200, headers: { "content-type": "text/html" } })],
    ["no network", () => Promise.reject(new TypeError("fetch failed"))],
  ])("%s does not", async (_, broken) => {
    let reply: () => Promise<Response> = broken;
    const client = build({ fetch: () => reply() });
    await expect(client.refresh()).rejects.toSatisfy(AuthClientError.is);
    expect(client.state()).toBe("unavailable");
    reply = json(200, session);
    await client.refresh();
    expect(client.state()).toBe("authenticated");
    reply = broken;
    await expect(client.refresh()).rejects.toSatisfy(AuthClientError.is);
    expect(client.state()).toBe("authenticated");
    reply = json(401, { error: { code: "session_missing" } });
    expect(await client.refresh()).toBeUndefined();
    expect(client.state()).toBe("unauthenticated");
  });

  test("a refresh that ends after a sign-out does not sign in again", async () => {
    let release: (response: Response) => void = () => undefined;
    const client = build({
      fetch: (url) =>
        url.endsWith("/refresh") ? new Promise((resolve) => (release = resolve)) : json(200, { loggedOut: true })(),
    });
    const refreshing = client.refresh();
    await client.logout();
    release(await json(200, session)());
    await refreshing;
    expect(client.state()).toBe("unauthenticated");
    expect(client.session()).toBeUndefined();
  });

  test("subscribers are notified of every change", async () => {
    const client = build({ fetch: json(200, session) });
    const states: string[] = [];
    const end = client.subscribe(() => states.push(client.state()));
    await client.refresh();
    end();
    await client.logout();
    expect(states).toEqual(["authenticated"]);
  });
});

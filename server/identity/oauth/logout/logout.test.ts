import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRemoteJWKSet, jwtVerify, decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../../test/auth-server.ts";
import { addClient, locationOf, refreshAt, signInAt, type TestClient } from "../../../../test/oauth-client.ts";

interface Told {
  readonly path: string;
  readonly token: string;
}

let receiver: Server;
let told: Told[] = [];
let replies: number[] = [];
let auth: TestAuth;
let client: TestClient;
let origin: string;
const goodbye = "https://roadmapper.topolo.app/";

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      told.push({ path: request.url ?? "", token: form.get("logout_token") ?? "" });
      response.writeHead(replies.shift() ?? 200).end();
    });
  }).listen(0, "localhost");
  await once(receiver, "listening");
  const address = receiver.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://localhost:${address.port}`;
  auth = await startTestAuth({ clientAllow: [`localhost:${address.port}`] });
  client = await addClient(auth, {
    clientId: "web-one",
    postLogoutRedirectUris: [goodbye],
    backchannelLogoutUri: `${origin}/told`,
  });
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await auth.close();
});
beforeEach(async () => {
  // What an earlier test set off has arrived.
  const due = "select from auth.client_sessions where logout_due_at is not null and logout_done_at is null";
  for (let tries = 0; tries < 100 && (await auth.pool.query(due)).rowCount; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  told = [];
  replies = [];
});

const owner = () => auth.addUser({ role: "owner" });
const until = async (done: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 100 && !done(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
};
const logOut = (cookie: string) => auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } });
const isLive = async (cookie: string) => (await auth.call("GET", "/api/me", { cookie })).status === 200;

describe("RP-initiated logout", () => {
  const at = (query: Record<string, string>, cookie?: string) =>
    auth.call("GET", `/oauth/logout?${new URLSearchParams(query)}`, cookie === undefined ? {} : { cookie });

  test("an id_token of the session ends it and brings the browser back [D8]", async () => {
    const tokens = await signInAt(auth, client, await owner());
    const query = { id_token_hint: tokens.idToken, post_logout_redirect_uri: goodbye, state: "bye" };
    const answer = await at(query, tokens.cookie);
    expect(answer.status).toBe(303);
    expect(locationOf(answer).href).toBe(`${goodbye}?state=bye`);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^topolo_session=; Max-Age=0/);
    expect(await isLive(tokens.cookie)).toBe(false);
    expect((await refreshAt(auth, client, tokens.refreshToken)).status).toBe(400);
  });

  test("CSRF: without an id_token the person is asked, and only Auth's own page can confirm", async () => {
    const tokens = await signInAt(auth, client, await owner());
    const other = await signInAt(auth, client, await owner());
    const queries: Record<string, string>[] = [{}, { client_id: "web-one" }, { id_token_hint: other.idToken }];
    for (const query of queries) {
      const asked = await at(query, tokens.cookie);
      expect([asked.status, await isLive(tokens.cookie)]).toEqual([200, true]);
    }
    const confirm = (value: string, cookie: string) =>
      auth.call("POST", "/oauth/logout", {
        cookie,
        body: `confirm=${value}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    expect((await confirm("yes", tokens.cookie)).status).toBe(200);
    const page = await fetch(`${auth.url}/oauth/logout`, { headers: { cookie: tokens.cookie } }).then((it) =>
      it.text(),
    );
    const value = /name="confirm" value="([\w-]+)"/.exec(page)?.[1] ?? "";
    expect((await confirm(value, other.cookie)).status).toBe(200);
    expect([await isLive(tokens.cookie), await isLive(other.cookie)]).toEqual([true, true]);
    expect(locationOf(await confirm(value, tokens.cookie)).pathname).toBe("/signed-out");
    expect(await isLive(tokens.cookie)).toBe(false);
  });

  test("the browser is never sent to an unregistered address [RFC 9700 §4.12]", async () => {
    const tokens = await signInAt(auth, client, await owner());
    for (const uri of ["https://evil.com/", `${goodbye}x`, goodbye.slice(0, -1), "//evil.com", "javascript:alert(1)"]) {
      const query = { id_token_hint: tokens.idToken, post_logout_redirect_uri: uri };
      const answer = await at(query, tokens.cookie);
      expect([answer.status, answer.headers.get("location")], uri).toEqual([400, null]);
      expect((await at({ post_logout_redirect_uri: uri })).headers.get("location")).toBe("/signed-out");
    }
    expect(await isLive(tokens.cookie)).toBe(true);
  });

  test("a hint that Auth did not issue is refused", async () => {
    const tokens = await signInAt(auth, client, await owner());
    const [header = "", payload = ""] = tokens.idToken.split(".");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const hint of [tokens.accessToken, `${header}.${payload}.AAAA`, `${unsigned}.${payload}.`, "x", "a.b.c"])
      expect((await at({ id_token_hint: hint }, tokens.cookie)).status).toBe(400);
    expect((await at({ id_token_hint: tokens.idToken, client_id: "other" }, tokens.cookie)).status).toBe(400);
    expect(await isLive(tokens.cookie)).toBe(true);
  });
});

test("an id_token of a retired key asks for confirmation, then returns to its app", async () => {
  const tokens = await signInAt(auth, client, await owner());
  const [, payload, signature] = tokens.idToken.split(".");
  const header = Buffer.from('{"alg":"ES256","kid":"long-gone"}').toString("base64url");
  const query = new URLSearchParams({
    id_token_hint: `${header}.${payload}.${signature}`,
    post_logout_redirect_uri: goodbye,
  });
  const asked = await fetch(`${auth.url}/oauth/logout?${query}`, { headers: { cookie: tokens.cookie } });
  expect([asked.status, await isLive(tokens.cookie)]).toEqual([200, true]);
  const page = await asked.text();
  const fields = [...page.matchAll(/name="([\w]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]);
  const answer = await auth.call("POST", "/oauth/logout", {
    cookie: tokens.cookie,
    body: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(locationOf(answer).href).toBe(goodbye);
  expect(await isLive(tokens.cookie)).toBe(false);
});

describe("back-channel logout", () => {
  const roads: [string, (tokens: Awaited<ReturnType<typeof signInAt>>, userId: string) => Promise<unknown>][] = [
    ["/logout", ({ cookie }) => logOut(cookie)],
    [
      "an operator's statement",
      ({ sessionId }) =>
        auth.pool.query("update auth.sessions set revoked_at = now(), revoked_reason = 'x' where id = $1", [sessionId]),
    ],
    [
      "a new sign-in on the same browser",
      async ({ cookie }) => {
        const user = await owner();
        await auth.call("POST", "/login", {
          cookie,
          body: { email: user.email, password: user.password },
          headers: { "x-service-id": "srv_nexus" },
        });
      },
    ],
    [
      "a replayed cookie",
      async ({ cookie }) => {
        const refresh = () =>
          auth.call("POST", "/refresh", { cookie, headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" } });
        await refresh();
        auth.clock.advance(11_000);
        await refresh();
      },
    ],
    [
      "running out",
      async ({ sessionId }) => {
        await auth.pool.query("update auth.sessions set idle_expires_at = now() - interval '1 second' where id = $1", [
          sessionId,
        ]);
        await auth.server.runHousekeeping();
      },
    ],
    [
      "a suspended account",
      async (_, userId) => {
        await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [userId]);
        await auth.server.runHousekeeping();
      },
    ],
  ];

  test.each(roads)(
    "a session ended by %s: the client is told once, with a token that is no other [D8]",
    async (_, end) => {
      const user = await owner();
      const tokens = await signInAt(auth, client, user);
      await end(tokens, user.id);
      // A session of an earlier test may be told of late.
      const ours = () => told.filter(({ token }) => decodeJwt(token)["sid"] === tokens.sessionId);
      await until(() => ours().length > 0);
      const token = ours()[0]?.token ?? "";
      const { payload, protectedHeader } = await jwtVerify(
        token,
        createRemoteJWKSet(new URL(`${auth.url}/.well-known/jwks.json`)),
        { issuer: "http://localhost:3001", audience: "web-one", currentDate: new Date(auth.clock.now()) },
      );
      expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "logout+jwt" });
      expect(payload).toMatchObject({
        sub: user.id,
        sid: tokens.sessionId,
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      });
      expect(payload).not.toHaveProperty("nonce");
      expect((await auth.call("GET", "/validate", { bearer: token })).status).toBe(401);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(ours()).toHaveLength(1);
    },
  );

  test("a failed logout notification is sent again later, and no more once delivered", async () => {
    replies = [500, 302];
    const { cookie } = await signInAt(auth, client, await owner());
    await logOut(cookie);
    await until(() => told.length > 0);
    auth.clock.advance(11_000);
    await until(() => told.length > 1);
    expect(told).toHaveLength(2);
    auth.clock.advance(61_000);
    await until(() => told.length > 2);
    auth.clock.advance(24 * 3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(told).toHaveLength(3);
    const { rows } = await auth.pool.query(
      "select logout_outcome as outcome, logout_attempts as attempts from auth.client_sessions order by created_at desc limit 1",
    );
    expect(rows[0]).toEqual({ outcome: "delivered", attempts: 3 });
  });

  test("SSRF: private and plain-http receivers get no connection unless permitted", async () => {
    const reached: string[] = [];
    const inside = createServer((request, response) => {
      reached.push(request.url ?? "");
      response.end();
    }).listen(0, "127.0.0.1");
    await once(inside, "listening");
    const address = inside.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const uris = [
      `http://127.0.0.1:${address.port}/a`,
      `http://localhost:${address.port}/b`,
      `https://127.0.0.1:${address.port}/c`,
      `http://[::ffff:127.0.0.1]:${address.port}/d`,
      `http://2130706433:${address.port}/e`,
      "https://169.254.169.254/latest/meta-data",
      "https://10.0.0.1/",
      "file:///etc/passwd",
    ];
    const user = await owner();
    for (const [index, uri] of uris.entries()) {
      const bad = await addClient(auth, { clientId: `inside-${index}`, backchannelLogoutUri: uri });
      await signInAt(auth, bad, user);
    }
    await auth.pool.query("update auth.sessions set revoked_at = now(), revoked_reason = 'x' where user_id = $1", [
      user.id,
    ]);
    const attempted = async () => {
      const { rows } = await auth.pool.query(
        "select count(*)::int as n from auth.client_sessions where client_id like 'inside-%' and logout_attempts > 0 and logout_done_at is null",
      );
      return (rows[0] as { n: number }).n;
    };
    for (let tries = 0; tries < 50 && (await attempted()) < uris.length; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await attempted()).toBe(uris.length);
    expect(reached).toEqual([]);
    inside.close();
  });
});

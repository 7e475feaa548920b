import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import { findHandoffTarget, withCode } from "./redirect-target.ts";

const grantType = "urn:topolo:params:oauth:grant-type:handoff-code";
const callback = "https://roadmapper.topolo.app/auth/callback";
const roadmapper = "https://roadmapper.topolo.app";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
  for (const [clientId, serviceId, uri] of [
    ["test-roadmapper", "srv_roadmapper", callback],
    ["test-bugfix", "srv_bugfix", "https://bugfix.topolo.app/auth/callback"],
  ])
    await auth.pool.query(
      "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ($1, $2, 'public', 'none', array[$3], array[$4])",
      [clientId, serviceId, uri, grantType],
    );
});
afterAll(() => auth.close());

type SignedIn = Awaited<ReturnType<TestAuth["login"]>> & { readonly id: string; readonly email: string };

const signIn = async (role = "member", organizationId = "org_topolo", serviceId = "srv_nexus"): Promise<SignedIn> => {
  const user = await auth.addUser({ role, organizationId });
  return { ...(await auth.login(user, serviceId)), id: user.id, email: user.email };
};

const ask = (bearer: string, body: object = {}, headers: Record<string, string> = {}): Promise<Called> =>
  auth.call("POST", "/sso/handoff-code", {
    bearer,
    headers,
    body: { service_id: "srv_roadmapper", redirect_uri: callback, ...body },
  });

const codeFor = async (bearer: string, body: object = {}): Promise<string> => {
  const answer = await ask(bearer, body);
  expect(answer.status).toBe(200);
  return new URL(textOf(answer.body, "url")).searchParams.get("code") ?? "";
};

interface Redeem {
  readonly cookie?: string;
  readonly origin?: string | null;
  readonly headers?: Record<string, string>;
  readonly form?: Record<string, string>;
}

const redeem = (code: string, { cookie, origin = roadmapper, headers = {}, form = {} }: Redeem = {}): Promise<Called> =>
  auth.call("POST", "/sso/exchange", {
    ...(cookie === undefined ? {} : { cookie }),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-topolo-auth": "1",
      ...(origin === null ? {} : { origin }),
      ...headers,
    },
    body: new URLSearchParams({
      grant_type: grantType,
      client_id: "test-roadmapper",
      code,
      redirect_uri: callback,
      ...form,
    }).toString(),
  });

const audited = async (action: string, sessionId: string): Promise<readonly Record<string, unknown>[]> => {
  const { rows } = await auth.pool.query<Record<string, unknown>>(
    "select action, outcome, details from auth.audit_events where action = $1 and details->>'sessionId' = $2 order by id",
    [action, sessionId],
  );
  return rows;
};

describe("attribution", () => {
  const appOf = async ({ body }: Called): Promise<unknown> => {
    const bearer = textOf(body, "accessToken");
    return (await auth.call("GET", "/validate", { bearer, headers: { "x-service-id": "srv_nexus" } })).body.serviceId;
  };

  test("a code redeemed without the app's page or secret gives a token that is attributed to no app", async () => {
    const { token } = await signIn();
    const alone = await redeem(await codeFor(token), { origin: null });
    expect(alone).toMatchObject({ status: 200, body: { serviceId: "srv_roadmapper" } });
    expect(await appOf(alone)).toBeNull();
    const { token: another, cookie } = await signIn();
    expect(await appOf(await redeem(await codeFor(another), { cookie }))).toBe("srv_roadmapper");
  });
});

describe("requesting a handoff code [D3, D4, X17]", () => {
  test("answers a URL at the destination with a 256-bit code and no token", async () => {
    const { token, sessionId } = await signIn();
    const answer = await ask(token, { state: "deep link/7" });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual(["expires_at", "url"]);
    const url = new URL(textOf(answer.body, "url"));
    expect(url.origin + url.pathname).toBe(callback);
    expect([...url.searchParams.keys()]).toEqual(["code", "state"]);
    expect(url.searchParams.get("state")).toBe("deep link/7");
    expect(url.searchParams.get("code")).toMatch(/^thc_[A-Za-z0-9_-]{43}$/);
    expect(url.hash).toBe("");
    expect(url.href).not.toContain(token);
    expect(url.href).not.toMatch(/eyJ/);
    const remainingMs = Date.parse(textOf(answer.body, "expires_at")) - auth.clock.now();
    expect(remainingMs).toBeGreaterThan(58_000);
    expect(remainingMs).toBeLessThanOrEqual(60_000);
    const { rows } = await auth.pool.query<{ row: string }>("select h::text as row from auth.handoff_codes h");
    const { rows: events } = await auth.pool.query<{ row: string }>("select a::text as row from auth.audit_events a");
    const code = url.searchParams.get("code") ?? "";
    for (const { row } of [...rows, ...events]) expect(row).not.toContain(code);
    expect(await audited("handoff.create", sessionId)).toHaveLength(1);
  });

  test("only a bearer token counts, not a cookie, an API key or a query parameter", async () => {
    const { token, cookie } = await signIn();
    const body = { service_id: "srv_roadmapper", redirect_uri: callback };
    const headers = { "x-topolo-auth": "1" };
    expect((await auth.call("POST", "/sso/handoff-code", { cookie, headers, body })).status).toBe(401);
    expect((await auth.call("POST", "/sso/handoff-code", { body })).status).toBe(401);
    expect((await auth.call("POST", `/sso/handoff-code?access_token=${token}`, { body })).status).toBe(400);
    expect((await auth.call("POST", "/sso/handoff-code", { bearer: "nonsense", cookie, headers, body })).status).toBe(
      401,
    );
    const { apiKey } = await auth.server.createOrganizationApiKey({
      organizationId: "org_topolo",
      name: "k",
      scopes: ["srv_nexus.ai"],
    });
    expect((await auth.call("POST", "/sso/handoff-code", { bearer: apiKey, body })).status).toBe(401);
    expect((await ask(token, {}, { origin: "https://evil.example" })).status).toBe(403);
    expect((await auth.call("GET", "/sso/handoff-code", { bearer: token })).status).toBe(405);
  });

  test("the bearer decides, whosever cookie is sent [D7]", async () => {
    const ada = await signIn();
    const bob = await signIn();
    const { body } = await auth.call("POST", "/sso/handoff-code", {
      bearer: ada.token,
      cookie: bob.cookie,
      body: { service_id: "srv_roadmapper", redirect_uri: callback },
    });
    const code = new URL(textOf(body, "url")).searchParams.get("code") ?? "";
    expect((await redeem(code, { cookie: ada.cookie })).body).toMatchObject({ user: { id: ada.id } });
  });

  test.each([
    "https://roadmapper.topolo.app/auth/callback/",
    "https://roadmapper.topolo.app/auth/callback?x=1",
    "https://roadmapper.topolo.app/auth/callback#x",
    "https://roadmapper.topolo.app/auth/Callback",
    "https://roadmapper.topolo.app/auth/../auth/callback",
    "https://roadmapper.topolo.app/auth/%63allback",
    "https://roadmapper.topolo.app/auth/callback.evil.com",
    "https://roadmapper.topolo.app:8443/auth/callback",
    "https://roadmapper.topolo.app.evil.com/auth/callback",
    "https://user@roadmapper.topolo.app/auth/callback",
    "http://roadmapper.topolo.app/auth/callback",
    "https://roadmapper.topolo.app/start",
    "https://bugfix.topolo.app/auth/callback",
    "https://evil.example/auth/callback",
    "javascript:alert(1)//https://roadmapper.topolo.app/auth/callback",
    "//roadmapper.topolo.app/auth/callback",
    "/auth/callback",
  ])("%s is not the registered address", async (redirect_uri) => {
    const { token } = await signIn();
    expect(await ask(token, { redirect_uri })).toMatchObject({
      status: 400,
      body: { error: { code: "redirect_uri_not_registered" } },
    });
  });

  test("refuses a service that is not launchable, unknown, or not open to the person", async () => {
    const { token } = await signIn("owner");
    const code = async (body: object, bearer = token) => (await ask(bearer, body)).body.error;
    expect(await code({ service_id: "srv_nexus" })).toMatchObject({ code: "service_not_launchable" });
    expect(await code({ service_id: "srv_none" })).toMatchObject({ code: "service_not_found" });
    expect(await code({ service_id: "srv_roadmapper", extra: 1 })).toMatchObject({ code: "invalid_request" });

    const closed = await auth.addOrganization();
    await auth.pool.query(
      "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_roadmapper'",
      [closed],
    );
    expect(await code({}, (await signIn("owner", closed)).token)).toMatchObject({ code: "not_eligible" });
    const suspended = await auth.addOrganization();
    const there = await signIn("owner", suspended);
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [suspended]);
    expect(await code({}, there.token)).toMatchObject({ code: "not_eligible" });
    const local = await signIn("member");
    await auth.pool.query("update auth.users set principal_type = 'service_local' where id = $1", [local.id]);
    expect(await code({}, local.token)).toMatchObject({ code: "not_eligible" });
    const outside = await auth.login(await auth.addUser());
    expect(await code({}, outside.token)).toMatchObject({ code: "not_eligible" });
  });

  test("a third-party app's token is refused", async () => {
    await auth.pool.query(
      `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, first_party)
       values ('srv_stranger', 'stranger', 'Stranger', '', 'application', 'product', false, true)`,
    );
    auth.clock.advance(1_100);
    const { token } = await signIn("member", "org_topolo", "srv_stranger");
    await auth.pool.query("update auth.services set first_party = false where id = 'srv_stranger'");
    auth.clock.advance(1_100);
    expect(await ask(token)).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
  });
});

describe("redeeming a handoff code [D5, X17]", () => {
  test("answers a token response for that service and the same session, and leaves the cookie alone", async () => {
    const { token, cookie, sessionId, id } = await signIn("owner");
    const answer = await redeem(await codeFor(token), { cookie });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        token_type: "Bearer",
        serviceId: "srv_roadmapper",
        sessionId,
        user: { id },
        organization: { id: "org_topolo" },
        role: "owner",
      },
    });
    expect(answer.cookie).toBeUndefined();
    expect(answer.headers.get("access-control-allow-origin")).toBe(roadmapper);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect([599, 600]).toContain(answer.body.expires_in);
    const accessToken = textOf(answer.body, "access_token");
    const claims = decodeJwt(accessToken);
    expect(claims).toMatchObject({ sid: sessionId, sub: id, service_id: "srv_roadmapper" });
    expect(claims.aud).toContain("srv_roadmapper");
    expect((await auth.call("GET", "/validate", { bearer: accessToken })).body).toMatchObject({
      valid: true,
      sessionId,
      serviceId: "srv_roadmapper",
    });
    expect(await audited("handoff.redeem", sessionId)).toHaveLength(1);
  });

  test("a replay is refused and recorded, and ends the token that the code gave, and no other", async () => {
    const { token, cookie, sessionId } = await signIn();
    const code = await codeFor(token);
    const given = await redeem(code, { cookie });
    expect(given.status).toBe(200);
    const isValid = async (bearer: string) => (await auth.call("GET", "/validate", { bearer })).body["valid"];
    expect(await isValid(textOf(given.body, "access_token"))).toBe(true);
    for (let count = 0; count < 2; count += 1)
      expect(await redeem(code, { cookie })).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(await audited("handoff.replay", sessionId)).toMatchObject([
      { outcome: "denied", details: { reason: "replayed" } },
      { outcome: "denied" },
    ]);
    expect(await isValid(textOf(given.body, "access_token"))).not.toBe(true);
    expect(await isValid(token)).toBe(true);
  });

  test("of twenty parallel redemptions one succeeds", async () => {
    const { token, cookie, sessionId } = await signIn();
    const code = await codeFor(token);
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => redeem(code, { cookie })))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(19);
    expect(await audited("handoff.redeem", sessionId)).toHaveLength(1);
    expect(await audited("handoff.replay", sessionId)).toHaveLength(19);
  });

  test("refuses another service, another redirect address and an unknown code", async () => {
    const { token, cookie, sessionId } = await signIn();
    const code = await codeFor(token);
    const bugfix = { origin: "https://bugfix.topolo.app", form: { client_id: "test-bugfix" } };
    expect(await redeem(code, { cookie, ...bugfix })).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect((await redeem(code, { cookie, form: { client_id: "test-bugfix" } })).body.error).toBe("invalid_client");
    expect((await redeem(code, { cookie, form: { client_id: "nobody" } })).body.error).toBe("invalid_client");
    expect((await redeem(code, { cookie, headers: { "x-service-id": "srv_bugfix" } })).body.error).toBe(
      "invalid_client",
    );
    for (const redirect_uri of ["", `${callback}/`, "https://roadmapper.topolo.app/"])
      expect(await redeem(code, { cookie, form: { redirect_uri } })).toMatchObject({
        status: 400,
        body: { error: "invalid_grant" },
      });
    for (const unknown of ["", "thc_", code.slice(0, -1), `${code} `, code.toUpperCase()])
      expect((await redeem(unknown, { cookie })).status).toBe(400);
    expect((await redeem(code, { cookie, origin: "https://evil.example" })).status).toBe(403);
    expect((await redeem(code, { cookie, headers: { "x-topolo-auth": "" } })).status).toBe(403);
    expect((await audited("handoff.redeem", sessionId)).map(({ details }) => details)).toMatchObject([
      { reason: "other_service" },
      { reason: "other_address" },
      { reason: "other_address" },
      { reason: "other_address" },
    ]);
    expect((await redeem(code, { cookie })).status).toBe(200);
  });

  test("at the address of a confidential client only that client redeems, with its secret [RFC 9700 §2.5]", async () => {
    const at = "https://roadmapper.topolo.app/server/callback";
    const rows = { "test-roadmapper-server": at, "test-roadmapper-elsewhere": `${at}/2` };
    for (const [clientId, uri] of Object.entries(rows))
      await auth.pool.query(
        "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ($1, 'srv_roadmapper', 'confidential', 'client_secret_basic', array[$2], array[$3])",
        [clientId, uri, grantType],
      );
    const basic = async (clientId: string) =>
      `Basic ${Buffer.from(`${clientId}:${await auth.server.createServiceClientSecret(clientId)}`).toString("base64")}`;
    const code = await codeFor((await signIn()).token, { redirect_uri: at });
    const attempt = (client_id: string, authorization?: string) =>
      redeem(code, {
        origin: null,
        form: { client_id, redirect_uri: at },
        headers: authorization === undefined ? {} : { authorization },
      });
    const refused = { status: 401, body: { error: "invalid_client" } };
    const own = await basic("test-roadmapper-server");
    expect(await attempt("test-roadmapper-server")).toMatchObject(refused);
    expect(await attempt("srv_roadmapper")).toMatchObject(refused);
    expect(await attempt("test-roadmapper")).toMatchObject(refused);
    expect(await attempt("test-roadmapper-server", `${own.slice(0, -4)}AAAA`)).toMatchObject(refused);
    expect(await attempt("test-roadmapper-elsewhere", await basic("test-roadmapper-elsewhere"))).toMatchObject(refused);
    expect(await attempt("test-roadmapper-server", own)).toMatchObject({ status: 200 });
  });

  test("a code expires after a minute", async () => {
    const { token, cookie } = await signIn();
    const late = await codeFor(token);
    auth.clock.advance(60_000);
    expect(await redeem(late, { cookie })).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  const endings: readonly (readonly [string, (caller: SignedIn) => Promise<unknown>])[] = [
    ["logout", ({ cookie }) => auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } })],
    [
      "a revoked session",
      ({ sessionId }) =>
        auth.pool.query("update auth.sessions set revoked_at = now(), revoked_reason = 'test' where id = $1", [
          sessionId,
        ]),
    ],
    ["a locked account", ({ id }) => auth.pool.query("update auth.users set status = 'locked' where id = $1", [id])],
    [
      "a suspended account",
      ({ id }) => auth.pool.query("update auth.users set status = 'suspended' where id = $1", [id]),
    ],
    ["a deleted account", ({ id }) => auth.pool.query("update auth.users set status = 'deleted' where id = $1", [id])],
    [
      "the end of the membership",
      ({ id }) => auth.pool.query("delete from auth.organization_memberships where user_id = $1", [id]),
    ],
    [
      "a change of organization",
      async ({ id, sessionId }) => {
        const other = await auth.addOrganization();
        await auth.pool.query(
          "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'owner')",
          [other, id],
        );
        await auth.pool.query("update auth.sessions set active_organization_id = $1 where id = $2", [other, sessionId]);
      },
    ],
  ];
  test.each(endings)("a code is refused after %s", async (_, end) => {
    const caller = await signIn();
    const code = await codeFor(caller.token);
    await end(caller);
    expect(await redeem(code, { origin: null })).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  test("a code is refused after the organization was suspended or lost the service", async () => {
    for (const sql of [
      "update auth.organizations set status = 'suspended' where id = $1",
      "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_roadmapper'",
    ]) {
      const organizationId = await auth.addOrganization();
      const caller = await signIn("owner", organizationId);
      const code = await codeFor(caller.token);
      await auth.pool.query(sql, [organizationId]);
      expect((await redeem(code, { cookie: caller.cookie })).status).toBe(400);
    }
  });

  test("a repeated or overlong parameter is refused", async () => {
    const { token } = await signIn();
    const code = await codeFor(token);
    const form = (text: string) =>
      auth.call("POST", "/sso/exchange", {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: text,
      });
    const base = `grant_type=${encodeURIComponent(grantType)}&client_id=test-roadmapper&redirect_uri=${encodeURIComponent(callback)}`;
    expect((await form(`${base}&code=${code}&code=${code}`)).body.error).toBe("invalid_request");
    expect((await form(`${base}&code=${"x".repeat(3_000)}`)).body.error).toBe("invalid_request");
    expect((await form(base)).body.error).toBe("invalid_request");
    expect((await form(`grant_type=${encodeURIComponent(grantType)}&code=${code}`)).body.error).toBe("invalid_request");
    expect((await form(`${base}&code=${code}`)).status).toBe(200);
  });
});

describe("a browser signed in as another person [X17, RFC 9700 §4.7]", () => {
  test("asks for confirmation first; then the other session ends", async () => {
    const ada = await signIn();
    const bob = await signIn();
    const code = await codeFor(ada.token);
    const asked = await redeem(code, { cookie: bob.cookie });
    expect(asked).toMatchObject({
      status: 409,
      body: { error: "account_mismatch", account: { email: ada.email }, current: { email: bob.email } },
    });
    expect(JSON.stringify(asked.body)).not.toContain("eyJ");
    expect((await auth.call("GET", "/api/me", { bearer: bob.token })).status).toBe(200);

    const confirmed = await redeem(code, { cookie: bob.cookie, form: { confirm: "true" } });
    expect(confirmed).toMatchObject({ status: 200, body: { sessionId: ada.sessionId, user: { id: ada.id } } });
    expect(confirmed.headers.getSetCookie()[0]).toMatch(/^topolo_session=; Max-Age=0/);
    expect((await auth.call("GET", "/api/me", { bearer: bob.token })).status).toBe(401);
    expect((await auth.call("GET", "/api/me", { bearer: ada.token })).status).toBe(200);
    const { rows } = await auth.pool.query(
      "select actor_id, details from auth.audit_events where action = 'session.end' and target = $1",
      [bob.sessionId],
    );
    expect(rows).toEqual([{ actor_id: ada.id, details: { reason: "account_changed", userId: bob.id } }]);
    expect((await redeem(code, { cookie: ada.cookie })).status).toBe(400);
  });

  test("asks a signed-out browser as well: a link must not sign anyone in as its sender", async () => {
    const ada = await signIn();
    for (const cookie of [undefined, "topolo_session=short", `topolo_session=${"x".repeat(43)}`]) {
      const code = await codeFor(ada.token);
      const sent = cookie === undefined ? {} : { cookie };
      expect(await redeem(code, sent)).toMatchObject({
        status: 409,
        body: { error: "account_mismatch", account: { email: ada.email }, current: null },
      });
      expect((await redeem(code, { ...sent, form: { confirm: "yes" } })).status).toBe(409);
      const confirmed = await redeem(code, { ...sent, form: { confirm: "true" } });
      expect(confirmed.status).toBe(200);
      expect(confirmed.headers.getSetCookie()).toEqual([]);
    }
  });

  test("accepts a cookie that was rotated a moment ago, and no ended one", async () => {
    const ada = await signIn();
    const renewed = await auth.call("POST", "/refresh", {
      cookie: ada.cookie,
      headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" },
    });
    expect(renewed.status).toBe(200);
    expect((await redeem(await codeFor(ada.token), { cookie: ada.cookie })).status).toBe(200);
    auth.clock.advance(11_000);
    expect((await redeem(await codeFor(ada.token), { cookie: ada.cookie })).status).toBe(409);
    expect((await redeem(await codeFor(ada.token), { cookie: renewed.cookie ?? "" })).status).toBe(200);
  });

  test("accepts another session of the same person", async () => {
    const user = await auth.addUser({ role: "member" });
    const one = await auth.login(user);
    const other = await auth.login(user);
    const answer = await redeem(await codeFor(one.token), { cookie: other.cookie });
    expect(answer).toMatchObject({ status: 200, body: { sessionId: one.sessionId } });
    expect((await auth.call("GET", "/api/me", { bearer: other.token })).status).toBe(200);
  });

  test("refuses two cookies", async () => {
    const ada = await signIn();
    const bob = await signIn();
    const answer = await redeem(await codeFor(ada.token), { cookie: `${ada.cookie}; ${bob.cookie}` });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "ambiguous_cookie" } } });
  });

  test("without the session's cookie the token expires with the bearer that asked for it", async () => {
    const ada = await signIn();
    const { exp } = decodeJwt(ada.token);
    auth.clock.advance(5 * 60_000);
    const first = await redeem(await codeFor(ada.token), { origin: null });
    expect(first.status).toBe(200);
    const token = textOf(first.body, "access_token");
    expect(decodeJwt(token).exp).toBe(exp);
    expect(first.body.expires_in).toBeLessThanOrEqual(300);
    auth.clock.advance(60_000);
    const second = await redeem(await codeFor(token), { origin: null });
    expect(decodeJwt(textOf(second.body, "access_token")).exp).toBe(exp);
    const withCookie = await redeem(await codeFor(token), { cookie: ada.cookie });
    expect(decodeJwt(textOf(withCookie.body, "access_token")).exp).toBeGreaterThan(exp ?? 0);
  });
});

test("the endpoint supports no other handoff grant [X17, D2]", async () => {
  const answer = await auth.call("POST", "/sso/exchange", {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=password&username=a&password=b",
  });
  expect(answer.status).toBe(400);
  expect((await auth.call("POST", "/sso/exchange", { body: {} })).status).toBeGreaterThanOrEqual(400);
});

describe("the redirect address of a handoff [X17]", () => {
  const launchUrl = "https://roadmapper.topolo.app/";
  const isTarget = (registered: readonly string[], uri: string, opensAt: string | null = launchUrl): boolean =>
    findHandoffTarget({ launchUrl: opensAt, opensAt }, registered, uri) !== undefined;
  test("is one of the registered addresses or the one at which the app is opened, exactly", () => {
    expect(isTarget([callback], callback)).toBe(true);
    expect(isTarget([callback], `${launchUrl}start`)).toBe(false);
    expect(isTarget(["https://other.example/cb"], callback)).toBe(false);
    expect(isTarget(["http://insecure.example/cb"], "http://insecure.example/cb")).toBe(false);
    expect(isTarget(["http://localhost:3000/cb"], "http://localhost:3000/cb")).toBe(true);
  });
  test("is under the launch origin, for a service that registered none", () => {
    expect(isTarget([], "https://roadmapper.topolo.app/start?tab=1")).toBe(true);
    expect(isTarget([], "https://roadmapper.topolo.app")).toBe(true);
    for (const uri of [
      "https://roadmapper.topolo.app/a/../b",
      "https://roadmapper.topolo.app/?code=own",
      "https://roadmapper.topolo.app/?state=own",
      "https://roadmapper.topolo.app/#x",
      "https://roadmapper.topolo.app/#",
      "https://evil.example/",
      "https://roadmapper.topolo.app@evil.example/",
    ])
      expect([uri, isTarget([], uri)]).toEqual([uri, false]);
    expect(isTarget([], callback, null)).toBe(false);
  });
  test("keeps its query", () => {
    expect(withCode("https://a.example/cb", "thc_x", undefined)).toBe("https://a.example/cb?code=thc_x");
    expect(withCode("https://a.example/cb?a=%20b", "thc_x", "s&t")).toBe(
      "https://a.example/cb?a=%20b&code=thc_x&state=s%26t",
    );
  });
});

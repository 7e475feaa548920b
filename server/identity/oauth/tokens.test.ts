import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";
import {
  addClient,
  exchangeCode,
  getCode,
  postClientForm,
  refreshAt,
  signInAt,
  tokenPath,
  type TestClient,
} from "../../../test/oauth-client.ts";

let auth: TestAuth;
let client: TestClient;
let other: TestClient;
let service: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  client = await addClient(auth, { clientId: "web-one" });
  other = await addClient(auth, { clientId: "web-two" });
  service = await addClient(auth, { clientId: "backend-one", type: "confidential" });
});
afterAll(() => auth.close());

const validate = (bearer: string, serviceId?: string) =>
  auth.call("GET", "/validate", { bearer, headers: serviceId === undefined ? {} : { "x-service-id": serviceId } });
const owner = () => auth.addUser({ role: "owner" });

describe("access tokens of the engine", () => {
  test("have the same claims as those of sign-in and refresh", async () => {
    const user = await owner();
    const tokens = await signInAt(auth, client, user);
    const { token } = await auth.login(user, "srv_roadmapper");
    const claims = decodeJwt(tokens.accessToken);
    expect(Object.keys(claims).sort()).toEqual(Object.keys(decodeJwt(token)).sort());
    expect(decodeProtectedHeader(tokens.accessToken)).toEqual(decodeProtectedHeader(token));
    expect(claims).toMatchObject({
      iss: "http://localhost:3001",
      sub: user.id,
      aud: ["srv_roadmapper", "srv_nexus"],
      client_id: "web-one",
      service_id: "srv_roadmapper",
      sid: tokens.sessionId,
      org_id: "org_topolo",
      role: "owner",
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(await validate(tokens.accessToken, "srv_nexus")).toMatchObject({
      status: 200,
      body: { subjectType: "user", serviceId: "srv_roadmapper", sessionId: tokens.sessionId },
    });
  });

  test("an id_token is not accepted as an access token", async () => {
    const tokens = await signInAt(auth, client, await owner());
    expect(decodeProtectedHeader(tokens.idToken)).toMatchObject({ alg: "ES256" });
    expect(decodeJwt(tokens.idToken)).toMatchObject({
      amr: ["pwd"],
      aud: "web-one",
      sid: tokens.sessionId,
      nonce: "nonce-1",
    });
    expect((await validate(tokens.idToken)).status).toBe(401);
  });

  test("a rotated signing key is used at once, without a restart", async () => {
    const before = decodeProtectedHeader((await signInAt(auth, client, await owner())).accessToken).kid;
    await auth.server.rotateSigningKey();
    const after = await signInAt(auth, client, await owner());
    const { kid } = decodeProtectedHeader(after.accessToken);
    expect(kid).not.toBe(before);
    expect(decodeProtectedHeader(after.idToken).kid).toBe(kid);
    expect((await validate(after.accessToken)).status).toBe(200);
    const { body } = await auth.call("GET", "/.well-known/jwks.json");
    expect(JSON.stringify(body)).toContain(kid);
  });

  test("no token is stored in the clear", async () => {
    const { cookie } = await auth.login(await owner());
    const { code, verifier } = await getCode(auth, client, cookie);
    const { body } = await exchangeCode(auth, client, { code, verifier });
    const { rows } = await auth.pool.query("select payload::text || id_hash::text as text from auth.oidc_payloads");
    const stored = rows.map((row: { text: string }) => row.text).join("\n");
    expect(rows.length).toBeGreaterThan(2);
    for (const secret of [code, textOf(body, "refresh_token"), textOf(body, "access_token")])
      expect(stored).not.toContain(secret);
    expect(stored).not.toContain('"jti"');
  });
});

describe("races", () => {
  /** One answer at most is tokens, and they are worth nothing: whoever raced may have been a thief. */
  const expectEnded = async (answers: readonly Called[]): Promise<void> => {
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { status, body } of answers.filter((answer) => answer !== won[0]))
      expect([status, body.error]).toEqual([400, "invalid_grant"]);
    for (const { body } of won) {
      expect(await validate(textOf(body, "access_token"))).toMatchObject({ body: { error: "token_revoked" } });
      expect((await refreshAt(auth, client, textOf(body, "refresh_token"))).status).toBe(400);
    }
  };

  test.each([2, 3, 20])(
    "of %i parallel exchanges of one code at most one gets tokens, and those end as well [D2]",
    async (count) => {
      const { cookie } = await auth.login(await owner());
      for (let round = 0; round < 8; round += 1) {
        const code = await getCode(auth, client, cookie);
        await expectEnded(await Promise.all(Array.from({ length: count }, () => exchangeCode(auth, client, code))));
      }
    },
  );

  test.each([2, 20])("of %i parallel OAuth refreshes at most one gets tokens, and those end as well", async (count) => {
    for (let round = 0; round < 4; round += 1) {
      const { refreshToken } = await signInAt(auth, client, await owner());
      await expectEnded(await Promise.all(Array.from({ length: count }, () => refreshAt(auth, client, refreshToken))));
    }
  });

  test("a grant that ends while a token is being signed lets none be issued, whichever is first", async () => {
    const { cookie } = await auth.login(await owner());
    const code = await getCode(auth, client, cookie);
    const holder = await auth.pool.connect();
    await holder.query("begin");
    await holder.query("delete from auth.oidc_payloads where model = 'Grant'");
    const waiting = exchangeCode(auth, client, code);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await holder.query("commit");
    holder.release();
    expect(await waiting).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });
});

describe("OAuth refresh tokens [RFC 9700 §4.14]", () => {
  test("rotate each time, and reuse of an old one revokes them all", async () => {
    const first = await signInAt(auth, client, await owner());
    const second = await refreshAt(auth, client, first.refreshToken);
    expect(second.status).toBe(200);
    const next = textOf(second.body, "refresh_token");
    expect(next).not.toBe(first.refreshToken);
    const third = await refreshAt(auth, client, next);
    expect(third.status).toBe(200);
    expect((await refreshAt(auth, client, first.refreshToken)).body).toMatchObject({ error: "invalid_grant" });
    expect((await refreshAt(auth, client, textOf(third.body, "refresh_token"))).status).toBe(400);
    for (const { body } of [second, third])
      expect(await validate(textOf(body, "access_token"))).toMatchObject({ body: { error: "token_revoked" } });
    expect((await auth.call("GET", "/api/me", { cookie: first.cookie })).status).toBe(200);
  });

  test("a reused code revokes the tokens it gave [RFC 9700 §4.5]", async () => {
    const { cookie } = await auth.login(await owner());
    const code = await getCode(auth, client, cookie);
    const { body } = await exchangeCode(auth, client, code);
    expect((await validate(textOf(body, "access_token"))).status).toBe(200);
    expect((await exchangeCode(auth, client, code)).body).toMatchObject({ error: "invalid_grant" });
    expect(await validate(textOf(body, "access_token"))).toMatchObject({ body: { error: "token_revoked" } });
    expect((await refreshAt(auth, client, textOf(body, "refresh_token"))).status).toBe(400);
  });

  test("are bound to their client", async () => {
    const { refreshToken } = await signInAt(auth, client, await owner());
    expect((await refreshAt(auth, other, refreshToken)).body).toMatchObject({ error: "invalid_grant" });
    expect((await refreshAt(auth, service, refreshToken)).body).toMatchObject({ error: "invalid_grant" });
    expect((await refreshAt(auth, client, refreshToken)).status).toBe(200);
  });

  test("keep their absolute expiry", async () => {
    const first = await signInAt(auth, client, await owner());
    const expiry = async () => {
      const { rows } = await auth.pool.query(
        "select max(expires_at) as at from auth.oidc_payloads where model = 'RefreshToken' and sid = $1",
        [first.sessionId],
      );
      return (rows[0] as { at: Date }).at.getTime();
    };
    const before = await expiry();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await refreshAt(auth, client, first.refreshToken)).status).toBe(200);
    expect(Math.abs((await expiry()) - before)).toBeLessThan(2_000);
  });

  test("can lose scopes and never gain any", async () => {
    const { refreshToken } = await signInAt(auth, client, await owner());
    const narrow = await postClientForm(auth, tokenPath, client, {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      scope: "openid",
    });
    expect(narrow.body.scope).toBe("openid");
    const wide = await postClientForm(auth, tokenPath, client, {
      grant_type: "refresh_token",
      refresh_token: textOf(narrow.body, "refresh_token"),
      scope: "openid offline_access",
    });
    expect(wide.body.error).toBe("invalid_scope");
  });
});

describe("ending a session ends its OAuth tokens", () => {
  const ends: [string, (sessionId: string, userId: string, cookie: string) => Promise<unknown>][] = [
    ["logout", (_, __, cookie) => auth.call("POST", "/logout", { cookie, headers: { "x-topolo-auth": "1" } })],
    [
      "revoked by an operator",
      (id) => auth.pool.query("update auth.sessions set revoked_at = now(), revoked_reason = 'x' where id = $1", [id]),
    ],
    ["locked", (_, id) => auth.pool.query("update auth.users set status = 'locked' where id = $1", [id])],
    ["suspended", (_, id) => auth.pool.query("update auth.users set status = 'suspended' where id = $1", [id])],
    ["deleted", (_, id) => auth.pool.query("update auth.users set status = 'deleted' where id = $1", [id])],
    [
      "run out",
      (id) =>
        auth.pool.query("update auth.sessions set idle_expires_at = now() - interval '1 second' where id = $1", [id]),
    ],
  ];

  test.each(ends)("%s: access 401, refresh refused, code refused", async (_, end) => {
    const user = await owner();
    const tokens = await signInAt(auth, client, user);
    const code = await getCode(auth, client, tokens.cookie);
    await end(tokens.sessionId, user.id, tokens.cookie);
    expect((await validate(tokens.accessToken)).status).toBe(401);
    expect((await refreshAt(auth, client, tokens.refreshToken)).body).toMatchObject({ error: "invalid_grant" });
    expect((await exchangeCode(auth, client, code)).body).toMatchObject({ error: "invalid_grant" });
  });

  test("after a membership ends the access token is refused, and refresh continues in another organization or none [B4]", async () => {
    const user = await owner();
    const tokens = await signInAt(auth, client, user);
    await auth.pool.query("delete from auth.organization_memberships where user_id = $1", [user.id]);
    expect(await validate(tokens.accessToken)).toMatchObject({ status: 401, body: { error: "membership_missing" } });
    const again = await refreshAt(auth, client, tokens.refreshToken);
    expect(again.status).toBe(200);
    expect(decodeJwt(textOf(again.body, "access_token"))).not.toHaveProperty("org_id");
    expect((await validate(textOf(again.body, "access_token"))).body).toMatchObject({ organization: null, role: null });
  });

  test("a suspended organization: refresh works and carries no permissions", async () => {
    const organizationId = await auth.addOrganization();
    const user = await auth.addUser({ role: "owner", organizationId });
    const tokens = await signInAt(auth, client, user);
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
    const again = await refreshAt(auth, client, tokens.refreshToken);
    expect(again.status).toBe(200);
    expect((await validate(textOf(again.body, "access_token"))).body).toMatchObject({
      organization: { status: "suspended" },
      permissions: [],
    });
  });

  test("a refreshed token carries the role as it is now [B3]", async () => {
    const user = await owner();
    const tokens = await signInAt(auth, client, user);
    await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [user.id]);
    const again = await refreshAt(auth, client, tokens.refreshToken);
    expect(decodeJwt(textOf(again.body, "access_token"))).toMatchObject({ role: "guest" });
  });
});

test("a code expires after a minute [RFC 9700 §4.1]", async () => {
  const { cookie } = await auth.login(await owner());
  const code = await getCode(auth, client, cookie);
  auth.clock.advance(61_000);
  expect((await exchangeCode(auth, client, code)).body).toMatchObject({ error: "invalid_grant" });
});

describe("introspection and revocation", () => {
  const introspect = (token: string, as: TestClient = service) =>
    postClientForm(auth, "/oauth/introspect", as, { token });
  const revoke = (token: string, as: TestClient) => postClientForm(auth, "/oauth/revoke", as, { token });

  test("an access token is what /validate says it is [X10]", async () => {
    const user = await owner();
    const tokens = await signInAt(auth, client, user);
    expect((await introspect(tokens.accessToken)).body).toMatchObject({
      active: true,
      sub: user.id,
      client_id: "web-one",
      sid: tokens.sessionId,
      token_type: "Bearer",
      role: "owner",
    });
    await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [user.id]);
    expect((await introspect(tokens.accessToken)).body).toMatchObject({ active: true, role: "guest" });
    await auth.call("POST", "/logout", { cookie: tokens.cookie, headers: { "x-topolo-auth": "1" } });
    expect(await introspect(tokens.accessToken)).toMatchObject({ status: 200, body: { active: false } });
  });

  test("introspection needs a client secret and answers only for the client's own service", async () => {
    const { accessToken, refreshToken } = await signInAt(auth, client, await owner());
    const stranger = await addClient(auth, { clientId: "stranger", type: "confidential", serviceId: "srv_bugfix" });
    expect((await introspect(accessToken, stranger)).body).toEqual({ active: false });
    expect((await introspect(refreshToken, stranger)).body).toEqual({ active: false });
    expect((await introspect(accessToken, { ...service, secret: "tss_wrong" })).status).toBe(401);
    expect((await introspect(accessToken, client)).status).toBe(401);
    for (const token of ["x", "a.b.c", "", "x".repeat(9_000)])
      expect((await introspect(token)).body.active ?? false, token.slice(0, 5)).toBe(false);
  });

  test("a refresh token is introspected by its own client, and ends with its session", async () => {
    const tokens = await signInAt(auth, service, await owner());
    expect((await introspect(tokens.refreshToken)).body).toMatchObject({ active: true, client_id: "backend-one" });
    await auth.call("POST", "/logout", { cookie: tokens.cookie, headers: { "x-topolo-auth": "1" } });
    expect((await introspect(tokens.refreshToken)).body).toEqual({ active: false });
  });

  test("an access token that is revoked is refused everywhere; the session goes on", async () => {
    const tokens = await signInAt(auth, client, await owner());
    expect((await revoke(tokens.accessToken, other)).status).toBe(400);
    expect((await validate(tokens.accessToken)).status).toBe(200);
    expect((await revoke(tokens.accessToken, client)).status).toBe(200);
    expect(await validate(tokens.accessToken)).toMatchObject({ status: 401, body: { error: "token_revoked" } });
    expect((await introspect(tokens.accessToken)).body).toEqual({ active: false });
    expect((await auth.call("GET", "/api/me", { bearer: tokens.accessToken })).status).toBe(401);
    expect((await refreshAt(auth, client, tokens.refreshToken)).status).toBe(200);
    expect((await revoke("a.b.c", client)).status).toBe(200);
  });

  test("revoking a refresh token revokes its grant", async () => {
    const tokens = await signInAt(auth, client, await owner());
    expect((await revoke(tokens.refreshToken, client)).status).toBe(200);
    expect((await validate(tokens.accessToken)).status).toBe(401);
    expect((await refreshAt(auth, client, tokens.refreshToken)).status).toBe(400);
  });
});

describe("client credentials", () => {
  const ask = async (as: TestClient = service) =>
    postClientForm(auth, tokenPath, as, { grant_type: "client_credentials" });

  test("a service gets a token that belongs to no person [N1]", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.refresh_token).toBeUndefined();
    const token = textOf(body, "access_token");
    const { exp, iat, jti, ...claims } = decodeJwt(token);
    expect(claims).toEqual({
      iss: "http://localhost:3001",
      sub: "backend-one",
      client_id: "backend-one",
      service_id: "srv_roadmapper",
      aud: ["srv_roadmapper", "srv_nexus"],
    });
    expect([exp, iat, jti].every(Boolean)).toBe(true);
    expect(await validate(token, "srv_nexus")).toMatchObject({
      status: 200,
      body: { subjectType: "service", serviceId: "srv_roadmapper", user: null, sessionId: null, permissions: [] },
    });
    expect((await validate(token, "srv_bugfix")).status).toBe(401);
  });

  test("a client's token signs nobody in [RFC 9700 §4.15]", async () => {
    const token = textOf((await ask()).body, "access_token");
    for (const path of ["/api/me", "/oauth/userinfo", "/api/services"])
      expect((await auth.call("GET", path, { bearer: token })).status, path).toBe(401);
    const handoff = await auth.call("POST", "/sso/handoff-code", {
      bearer: token,
      body: { service_id: "srv_roadmapper", redirect_uri: "https://roadmapper.topolo.app/auth/callback" },
    });
    expect(handoff.status).toBe(401);
  });

  test("is for clients with a secret, and ends with the client", async () => {
    expect((await ask(client)).status).toBe(400);
    const short = await addClient(auth, { clientId: "short-lived", type: "confidential" });
    const token = textOf((await ask(short)).body, "access_token");
    expect((await validate(token)).status).toBe(200);
    await auth.pool.query("update auth.service_clients set disabled_at = now() where client_id = 'short-lived'");
    expect(await validate(token)).toMatchObject({ status: 401, body: { error: "client_inactive" } });
    expect((await ask(short)).status).toBe(401);
  });

  test("can be revoked", async () => {
    const token = textOf((await ask()).body, "access_token");
    expect((await postClientForm(auth, "/oauth/revoke", service, { token })).status).toBe(200);
    expect(await validate(token)).toMatchObject({ status: 401, body: { error: "token_revoked" } });
  });
});

test("the token endpoint accepts only small forms with unrepeated headers", async () => {
  const body = `grant_type=client_credentials&x=${"a".repeat(70_000)}`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await auth.call("POST", tokenPath, { body, headers })).status).toBe(413);
  expect((await auth.call("POST", tokenPath, { body: "{}", headers: { "content-type": "text/plain" } })).status).toBe(
    400,
  );
  expect((await auth.call("GET", tokenPath)).status).toBe(405);
});

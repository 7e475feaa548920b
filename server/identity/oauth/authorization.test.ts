import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import {
  addClient,
  addThirdParty,
  authorizePath,
  callback,
  exchangeCode,
  getCode,
  locationOf,
  pkce,
  postClientForm,
  signInAt,
  tokenPath,
  type TestClient,
} from "../../../test/oauth-client.ts";

let auth: TestAuth;
let client: TestClient;
let other: TestClient;
let native: TestClient;
let cookie: string;

beforeAll(async () => {
  auth = await startTestAuth({ dashboardOrigin: "http://localhost:3000" });
  client = await addClient(auth, { clientId: "web-one", redirectUris: [callback] });
  other = await addClient(auth, { clientId: "backend-one", type: "confidential", serviceId: "srv_bugfix" });
  native = await addClient(auth, {
    clientId: "cli-one",
    type: "native",
    redirectUris: ["http://127.0.0.1/cb", "http://[::1]/cb", "app.topolo.cli:/cb"],
  });
  ({ cookie } = await auth.login(await auth.addUser({ role: "owner" })));
});
afterAll(() => auth.close());

const authorize = (changes: Record<string, string | undefined> = {}, asked = client, headers = {}) =>
  auth.call("GET", authorizePath(asked, pkce().challenge, changes), { cookie, headers });

describe("redirect URIs are compared as exact strings [RFC 9700 §2.1, RFC 9700 §4.1]", () => {
  test.each([
    `${callback}/`,
    `${callback}/more`,
    `${callback}?x=1`,
    `${callback}#fragment`,
    callback.replace("/callback", "/Callback"),
    callback.replace("https:", "http:"),
    callback.replace("roadmapper", "ROADMAPPER"),
    callback.replace("topolo.app", "topolo.app:443"),
    callback.replace("topolo.app", "topolo.app:8443"),
    callback.replace("topolo.app", "topolo.app."),
    callback.replace("topolo.app", "topolo.app.evil.com"),
    callback.replace("https://", "https://user@"),
    callback.replace("/auth/", "/auth/../auth/"),
    callback.replace("/auth/", "/auth/%2e%2e/auth/"),
    callback.replace("/auth/", "//auth/"),
    callback.replace("/auth", "/%61uth"),
    ` ${callback}`,
    "https://roadmapper.topolo.app.evil.com/auth/callback",
    "https://evil.com/",
    "javascript:alert(1)",
    "//evil.com/cb",
    "",
    undefined,
  ])("the browser is not redirected to %s", async (redirect_uri) => {
    const answer = await authorize({ redirect_uri });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("location")).toBeNull();
  });

  test("a repeated redirect_uri is refused", async () => {
    const path = `${authorizePath(client, pkce().challenge)}&redirect_uri=${encodeURIComponent("https://evil.com/")}`;
    const answer = await auth.call("GET", path, { cookie });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("location")).toBeNull();
  });

  test("only a native client's loopback port may vary", async () => {
    for (const uri of [
      "http://127.0.0.1:49152/cb",
      "http://[::1]:61023/cb",
      "http://127.0.0.1/cb",
      "app.topolo.cli:/cb",
    ])
      expect((await authorize({ redirect_uri: uri }, native)).status, uri).toBe(303);
    for (const uri of [
      "http://127.0.0.1:49152/other",
      "http://127.0.0.2:49152/cb",
      "http://localhost:49152/cb",
      "http://127.0.0.1:49152/cb?x=1",
      "http://127.0.0.1:49152@evil.com/cb",
      "http://127.0.0.1.evil.com:49152/cb",
      "app.topolo.other:/cb",
    ]) {
      const answer = await authorize({ redirect_uri: uri }, native);
      expect([answer.status, answer.headers.get("location")], uri).toEqual([400, null]);
    }
    const dashboard: TestClient = { clientId: "nexus-dashboard", secret: undefined, redirectUri: "" };
    const at = (redirect_uri: string) => authorize({ redirect_uri }, dashboard);
    expect((await at("http://localhost:3000/api/auth/callback/topolo")).status).toBe(303);
    expect((await at("https://nexus.topolo.app/api/auth/callback/topolo")).status).toBe(303);
    expect((await at("http://localhost:3002/api/auth/callback/topolo")).status).toBe(400);
  });

  test("the exchange must repeat the redirect URI", async () => {
    const code = await getCode(auth, client, cookie);
    const answer = await exchangeCode(auth, client, code, { redirect_uri: `${callback}/` });
    expect([answer.status, answer.body.error]).toEqual([400, "invalid_grant"]);
    expect((await exchangeCode(auth, client, code, { redirect_uri: undefined })).status).toBe(400);
  });
});

describe("PKCE [RFC 9700 §2.1.1, RFC 9700 §4.5, RFC 9700 §4.8]", () => {
  const refusedAtAuthorize = async (changes: Record<string, string | undefined>) => {
    const location = locationOf(await authorize(changes));
    expect(location.href.startsWith(callback)).toBe(true);
    expect(location.searchParams.get("error")).toBe("invalid_request");
    expect(location.searchParams.get("code")).toBeNull();
    expect(location.searchParams.get("iss")).toBe("http://localhost:3001");
    expect(location.searchParams.get("state")).toBe("state-1");
  };

  test("is required of every client", async () => {
    await refusedAtAuthorize({ code_challenge: undefined, code_challenge_method: undefined });
    const { challenge } = pkce();
    const answer = await auth.call(
      "GET",
      authorizePath(other, challenge, { code_challenge: undefined, code_challenge_method: undefined }),
      { cookie },
    );
    expect(locationOf(answer).searchParams.get("error")).toBe("invalid_request");
  });

  test("accepts only S256", async () => {
    await refusedAtAuthorize({ code_challenge_method: "plain" });
    await refusedAtAuthorize({ code_challenge_method: undefined });
    await refusedAtAuthorize({ code_challenge_method: "s256" });
    await refusedAtAuthorize({ code_challenge: "short" });
  });

  test.each([undefined, "", "a".repeat(43), "a".repeat(129), "ü".repeat(43)])("verifier %s fails", async (verifier) => {
    const { code } = await getCode(auth, client, cookie);
    const answer = await exchangeCode(auth, client, { code, verifier });
    expect(answer.status).toBe(400);
    expect(String(answer.body.error)).toMatch(/invalid_grant|invalid_request/);
  });
});

test("the implicit and password grants do not exist [RFC 9700 §2.1.2, RFC 9700 §2.4]", async () => {
  for (const response_type of ["token", "id_token", "code token", "code id_token", "id_token token", "none"]) {
    const location = locationOf(await authorize({ response_type }));
    expect(location.hash + location.search, response_type).toMatch(/error=(unsupported_response_type|invalid_request)/);
    expect(location.href).not.toContain("access_token=");
  }
  for (const grant_type of ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "", undefined]) {
    const answer = await postClientForm(auth, tokenPath, client, { grant_type, username: "a", password: "b" });
    expect(answer.status, grant_type).toBe(400);
    expect(answer.body.access_token).toBeUndefined();
  }
});

test("a client authenticates, and another client's secret is refused [RFC 9700 §2.5]", async () => {
  const code = await getCode(auth, other, cookie);
  const secretOf = await addClient(auth, { clientId: "backend-two", type: "confidential", serviceId: "srv_showcase" });
  const attempt = (secret: string | undefined) => exchangeCode(auth, { ...other, secret }, code);
  for (const secret of [secretOf.secret, "tss_wrong", undefined])
    expect([(await attempt(secret)).status, (await attempt(secret)).body.error]).toEqual([401, "invalid_client"]);
  expect((await attempt(other.secret)).status).toBe(200);
});

test("a code works only for its own client [RFC 9700 §2.5]", async () => {
  const code = await getCode(auth, client, cookie);
  const thief = await addClient(auth, { clientId: "web-two" });
  const stolen = await exchangeCode(auth, thief, code);
  expect([stolen.status, stolen.body.error]).toEqual([400, "invalid_grant"]);
  expect((await exchangeCode(auth, client, code)).status).toBe(200);
});

test("a token is refused outside its audience [RFC 9700 §2.3]", async () => {
  const { accessToken } = await signInAt(auth, client, await auth.addUser({ role: "owner" }));
  const at = (serviceId: string) =>
    auth.call("GET", "/validate", { bearer: accessToken, headers: { "x-service-id": serviceId } });
  expect((await at("srv_roadmapper")).status).toBe(200);
  expect((await at("srv_nexus")).status).toBe(200);
  expect(await at("srv_bugfix")).toMatchObject({ status: 401, body: { error: "audience_mismatch" } });
});

test("every authorization response has iss, and the metadata announce it [RFC 9700 §2.6, RFC 9700 §4.4]", async () => {
  expect(locationOf(await authorize()).searchParams.get("iss")).toBe("http://localhost:3001");
  expect(locationOf(await authorize({ scope: "openid", max_age: "-1" })).searchParams.get("iss")).toBe(
    "http://localhost:3001",
  );
  for (const name of ["openid-configuration", "oauth-authorization-server"]) {
    const { body } = await auth.call("GET", `/.well-known/${name}`);
    expect(body).toMatchObject({
      issuer: "http://localhost:3001",
      authorization_response_iss_parameter_supported: true,
      authorization_endpoint: "http://localhost:3001/sso/authorize",
      token_endpoint: "http://localhost:3001/sso/exchange",
      jwks_uri: "http://localhost:3001/.well-known/jwks.json",
      code_challenge_methods_supported: ["S256"],
      response_types_supported: ["code"],
      id_token_signing_alg_values_supported: ["ES256"],
    });
  }
});

test("no referrer, and no token in a URL [RFC 9700 §4.2, RFC 9700 §4.3]", async () => {
  expect((await authorize()).headers.get("referrer-policy")).toBe("no-referrer");
  const { accessToken } = await signInAt(auth, client, await auth.addUser({ role: "owner" }));
  expect((await auth.call("GET", `/oauth/userinfo?access_token=${accessToken}`)).status).toBe(401);
});

test("forwarded headers do not change the host, the scheme or the person [RFC 9700 §4.13]", async () => {
  const forged = {
    "x-forwarded-host": "evil.com",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.com;proto=https",
    "x-user-id": "usr_1",
  };
  const { body } = await auth.call("GET", "/.well-known/openid-configuration", { headers: forged });
  expect(JSON.stringify(body)).not.toContain("evil.com");
  const signedOut = await auth.call("GET", authorizePath(client, pkce().challenge), {
    cookie: "topolo_oauth_session=ses_1; _session=x",
    headers: forged,
  });
  expect(signedOut.status).toBe(303);
  expect(signedOut.headers.get("location")).toMatch(/^\/interaction\//);
});

test("a session id in the engine's own cookie signs nobody in", async () => {
  const { sessionId } = await auth.login(await auth.addUser({ role: "owner" }));
  const answer = await auth.call("GET", authorizePath(client, pkce().challenge), {
    cookie: `topolo_oauth_session=${sessionId}`,
  });
  expect(answer.headers.get("location")).toMatch(/^\/interaction\//);
});

test("a browser that is signed in gets a code at once, and the engine leaves no session cookie [D2]", async () => {
  const answer = await authorize();
  expect(answer.status).toBe(303);
  expect(answer.headers.getSetCookie()).toEqual([]);
  const silent = await auth.call("GET", authorizePath(client, pkce().challenge, { prompt: "none" }));
  expect(locationOf(silent).searchParams.get("error")).toBe("login_required");
});

test("a resource other than the client's own service is refused [RFC 9700 §2.3]", async () => {
  const location = locationOf(await authorize({ resource: "urn:topolo:service:srv_admin" }));
  expect(location.searchParams.get("error")).toBe("invalid_target");
});

test("a client id is never accepted as a person's id [RFC 9700 §4.15]", async () => {
  const { Manifest } = await import("../catalogue/manifest.ts");
  const { readManifests } = await import("../catalogue/read-manifests.ts");
  const [manifest] = await readManifests();
  const named = (client_id: string) =>
    Manifest.safeParse({
      ...manifest,
      clients: [
        {
          client_id,
          type: "public",
          redirect_uris: ["https://a.example/cb"],
          post_logout_redirect_uris: [],
          grant_types: ["authorization_code"],
        },
      ],
    }).success;
  expect(named("some-web")).toBe(true);
  for (const id of ["usr_0123456789", "ses_0123", "org_topolo", "key_01", "srv_nexus2"])
    expect(named(id), id).toBe(false);
});

test("a third-party client without consent gets no code", async () => {
  await addThirdParty(auth, "srv_partner_one");
  const partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner_one" });
  const answer = await auth.call("GET", authorizePath(partner, pkce().challenge), { cookie });
  expect(answer.headers.get("location")).toMatch(/^\/interaction\//);
  const silent = await auth.call("GET", authorizePath(partner, pkce().challenge, { prompt: "none" }), { cookie });
  expect(locationOf(silent).searchParams.get("error")).toBe("consent_required");
});

test("an authorization request posted from another site is answered like one by GET", async () => {
  const path = authorizePath(client, pkce().challenge);
  const answer = await auth.call("POST", "/sso/authorize", {
    cookie,
    body: path.slice(path.indexOf("?") + 1),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(answer.status).toBe(303);
  expect(textOf({ code: locationOf(answer).searchParams.get("code") }, "code")).not.toBe("");
});

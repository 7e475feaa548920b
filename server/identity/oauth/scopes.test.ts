import fc from "fast-check";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import { askForAccess, signInAgain } from "../../../test/oauth-browser.ts";
import {
  addClient,
  addThirdParty,
  postClientForm,
  refreshAt,
  tokenPath,
  type TestClient,
} from "../../../test/oauth-client.ts";

const registered = [
  "srv_nexus.ai:invoke",
  "srv_nexus.usage:read",
  "srv_nexus.keys:manage",
  "srv_roadmapper.items:read",
];

let auth: TestAuth;
let app: TestClient;

beforeAll(async () => {
  auth = await startTestAuth();
  await addThirdParty(auth, "srv_partner", ["srv_nexus", "srv_roadmapper"]);
  app = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner", scopes: registered });
  auth.clock.advance(1_100);
});
afterAll(() => auth.close());

const member = async (role = "owner") => {
  const user = await auth.addUser({ role });
  return { user, cookie: (await auth.login(user)).cookie };
};
const validate = (bearer: string, serviceId?: string) =>
  auth.call("GET", "/validate", { bearer, headers: serviceId === undefined ? {} : { "x-service-id": serviceId } });
const accessOf = (answer: Called): string => textOf(answer.body, "access_token");
const allowAll = async (cookie: string, scope: string, ticked?: readonly string[]) =>
  (await askForAccess(auth, app, cookie, { scope })).allow(ticked);
const namesOf = (shown: Called["body"]): string[] => {
  const { scopes } = shown;
  return Array.isArray(scopes) ? scopes.map((scope: Record<string, unknown>) => textOf(scope, "name")) : [];
};

describe("with openid alone", () => {
  test("a third party's token tells whom it is about, and nothing else, at /validate, introspection and in itself", async () => {
    for (const role of ["owner", "member"]) {
      const { user, cookie } = await member(role);
      const token = accessOf(await allowAll(cookie, "openid"));
      const { body } = await validate(token);
      expect(body).toMatchObject({
        user: {
          id: user.id,
          email: null,
          emailVerified: null,
          name: null,
          pictureUrl: null,
          principalType: null,
          launcherEligible: null,
        },
        organization: null,
        role: null,
        platformBypass: false,
        permissions: [],
        scopes: ["openid"],
      });
      expect(JSON.stringify(body)).not.toContain(user.email);
      expect((await validate(token, "srv_nexus")).body).toEqual({ valid: false, error: "audience_mismatch" });
      const claims = decodeJwt(token);
      expect(claims).toMatchObject({ aud: ["srv_partner"], scope: "openid" });
      expect(claims).not.toHaveProperty("org_id");
      expect(claims).not.toHaveProperty("role");
      const introspected = await postClientForm(auth, "/oauth/introspect", await introspector(), { token });
      expect(introspected.body).toMatchObject({ active: true, sub: user.id, scope: "openid" });
      for (const field of ["org_id", "role", "username"]) expect(introspected.body).not.toHaveProperty(field);
      expect((await auth.call("GET", "/oauth/userinfo", { bearer: token })).body).toEqual({ sub: user.id });
    }
  });

  test("a platform administrator's token carries no bypass", async () => {
    const user = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
    const { cookie } = await auth.login(user);
    const token = accessOf(await allowAll(cookie, "openid srv_nexus.ai:invoke"));
    expect((await validate(token, "srv_nexus")).body).toMatchObject({
      organization: { id: "org_admin" },
      role: null,
      platformBypass: false,
      permissions: ["srv_nexus.ai:invoke"],
    });
  });
});

let introspecting: Promise<TestClient> | undefined;
/** A backend of the partner's, which may look at the tokens meant for its service. */
const introspector = (): Promise<TestClient> =>
  (introspecting ??= addClient(auth, { clientId: "partner-backend", serviceId: "srv_partner", type: "confidential" }));

describe("scopes of services", () => {
  test("are shown one by one in the words of their services, and only if registered and known", async () => {
    const { cookie } = await member();
    const scope = "openid email srv_nexus.usage:read srv_nexus.ai:invoke srv_nexus.email:send srv_nexus.no:such";
    const { shown } = await askForAccess(auth, app, cookie, { scope });
    expect(shown).toMatchObject({
      client: { id: "partner-web", firstParty: false },
      address: app.redirectUri,
      services: [],
      scopes: [
        { name: "openid", required: true, service: null },
        { name: "email", description: "See your e-mail address", required: false, service: null },
        {
          name: "srv_nexus.ai:invoke",
          description: "Call AI models",
          required: false,
          service: { id: "srv_nexus", name: "Topolo Nexus" },
        },
        { name: "srv_nexus.usage:read", description: "See usage and cost", required: false },
      ],
    });
    expect(namesOf(shown)).toHaveLength(4);
  });

  test("what is unticked is in no token, and the answer says what was granted", async () => {
    const { user, cookie } = await member();
    const answer = await allowAll(cookie, "openid email srv_nexus.ai:invoke srv_nexus.usage:read", [
      "srv_nexus.usage:read",
    ]);
    expect(answer).toMatchObject({ status: 200, body: { scope: "openid srv_nexus.usage:read" } });
    expect(decodeJwt(accessOf(answer))).toMatchObject({
      scope: "openid srv_nexus.usage:read",
      aud: ["srv_partner", "srv_nexus"],
      org_id: "org_topolo",
    });
    expect((await validate(accessOf(answer), "srv_nexus")).body).toMatchObject({
      user: { id: user.id, email: null },
      organization: { id: "org_topolo" },
      role: null,
      permissions: ["srv_nexus.usage:read"],
      scopes: ["openid", "srv_nexus.usage:read"],
    });
    expect((await validate(accessOf(answer), "srv_partner")).body).toMatchObject({
      organization: null,
      permissions: [],
    });
    expect(decodeJwt(textOf(answer.body, "id_token"))).not.toHaveProperty("email");
  });

  test("the person's own permissions are the limit", async () => {
    const { user, cookie } = await member("guest");
    const token = accessOf(await allowAll(cookie, "openid srv_nexus.keys:manage srv_nexus.usage:read"));
    const own = (await auth.call("GET", `/api/users/${user.id}/permissions`, { cookie })).body["effectivePermissions"];
    const asked = ["srv_nexus.keys:manage", "srv_nexus.usage:read"];
    expect((await validate(token, "srv_nexus")).body["permissions"]).toEqual(
      asked.filter((permission) => Array.isArray(own) && own.includes(permission)),
    );
    await auth.pool.query("update auth.organization_memberships set role = 'owner' where user_id = $1", [user.id]);
    expect((await validate(token, "srv_nexus")).body["permissions"]).toEqual(asked);
  });

  test("asking for more asks for the new ones only, and a scope refused earlier is asked again", async () => {
    const { cookie } = await member();
    await allowAll(cookie, "openid srv_nexus.ai:invoke");
    const again = await signInAgain(auth, app, cookie, "openid srv_nexus.ai:invoke");
    expect(again.body).toMatchObject({ scope: "openid srv_nexus.ai:invoke" });
    const more = await askForAccess(auth, app, cookie, { scope: "openid srv_nexus.ai:invoke srv_nexus.usage:read" });
    expect(namesOf(more.shown)).toEqual(["srv_nexus.usage:read"]);
    expect((await more.allow([])).body).toMatchObject({ scope: "openid srv_nexus.ai:invoke" });
    const third = await askForAccess(auth, app, cookie, { scope: "openid srv_nexus.ai:invoke srv_nexus.usage:read" });
    expect(namesOf(third.shown)).toEqual(["srv_nexus.usage:read"]);
    expect((await third.allow()).body).toMatchObject({ scope: "openid srv_nexus.ai:invoke srv_nexus.usage:read" });
    const less = await signInAgain(auth, app, cookie, "openid srv_nexus.usage:read");
    expect((await validate(accessOf(less), "srv_nexus")).body["permissions"]).toEqual(["srv_nexus.usage:read"]);
  });

  test("a scope that is taken back ends the tokens that had it, and is audited", async () => {
    const { user, cookie } = await member();
    const first = accessOf(await allowAll(cookie, "openid srv_nexus.ai:invoke srv_nexus.usage:read"));
    const anew = await askForAccess(auth, app, cookie, {
      scope: "openid srv_nexus.ai:invoke srv_nexus.usage:read",
      prompt: "consent",
    });
    expect(anew.shown).toMatchObject({
      scopes: [{ name: "openid", granted: true }, { granted: true }, { granted: true }],
    });
    const second = accessOf(await anew.allow(["srv_nexus.usage:read"]));
    expect(await validate(first)).toMatchObject({ status: 401, body: { error: "token_revoked" } });
    expect((await validate(second, "srv_nexus")).body["permissions"]).toEqual(["srv_nexus.usage:read"]);
    const { rows } = await auth.pool.query(
      "select details from auth.audit_events where action = 'consent.grant' and actor_id = $1 order by occurred_at",
      [user.id],
    );
    expect(rows.at(-1)).toEqual({
      details: {
        scopes: ["openid", "srv_nexus.usage:read"],
        declined: ["srv_nexus.ai:invoke"],
        actsIn: [],
        address: app.redirectUri,
      },
    });
  });

  test("a scope that was not shown is refused, and so is one that the registration lost", async () => {
    const { cookie } = await member();
    const asking = await askForAccess(auth, app, cookie, { scope: "openid srv_nexus.usage:read" });
    await expect(asking.allow(["srv_nexus.keys:manage"])).rejects.toThrow("redirectTo");
    const prompt = "consent";
    const held = await askForAccess(auth, app, cookie, { scope: "openid offline_access srv_nexus.usage:read", prompt });
    const refreshToken = textOf((await held.allow()).body, "refresh_token");
    const scopesAre = (scopes: readonly string[]) =>
      auth.pool.query("update auth.service_clients set scopes = $1 where client_id = 'partner-web'", [scopes]);
    await scopesAre([]);
    const renewed = await refreshAt(auth, app, refreshToken);
    expect(renewed.body).toMatchObject({ scope: "openid offline_access" });
    expect(decodeJwt(accessOf(renewed)).aud).toEqual(["srv_partner"]);
    await scopesAre(registered);
  });

  test("a refresh token is given only where the person agreed to stay signed in", async () => {
    const { cookie } = await member();
    const ask = (ticked?: readonly string[]) =>
      askForAccess(auth, app, cookie, { scope: "openid offline_access", prompt: "consent" }).then((asked) =>
        asked.allow(ticked),
      );
    expect((await ask()).body).toHaveProperty("refresh_token");
    expect((await ask([])).body).not.toHaveProperty("refresh_token");
    expect((await signInAgain(auth, app, cookie, "openid")).body).not.toHaveProperty("refresh_token");
    const shown = await askForAccess(auth, app, cookie, { scope: "openid offline_access", prompt: "consent" });
    expect(namesOf(shown.shown)).toEqual(["openid", "offline_access"]);
  });

  test("a device of a third party is granted in part as well", async () => {
    const { cookie } = await member();
    const scope = "openid srv_nexus.ai:invoke srv_nexus.usage:read";
    const { body } = await postClientForm(auth, "/oauth/device", app, { scope });
    const decided = await auth.call("POST", "/api/device/decide", {
      cookie,
      headers: { "x-topolo-auth": "1" },
      body: { userCode: textOf(body, "user_code"), decision: "allow", scopes: ["srv_nexus.ai:invoke"] },
    });
    expect(decided.status).toBe(200);
    const tokens = await postClientForm(auth, tokenPath, app, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: textOf(body, "device_code"),
    });
    expect(tokens.body).toMatchObject({ scope: "openid srv_nexus.ai:invoke" });
    expect((await validate(accessOf(tokens), "srv_nexus")).body["permissions"]).toEqual(["srv_nexus.ai:invoke"]);
  });

  test("whatever is registered, asked for and ticked: the token can do what is in all three, and the person may do", async () => {
    const { user, cookie } = await member("member");
    const { body } = await auth.call("GET", `/api/users/${user.id}/permissions`, { cookie });
    const own: unknown[] = Array.isArray(body["effectivePermissions"]) ? body["effectivePermissions"] : [];
    const scopes = fc.subarray([...registered, "email", "profile"]);
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (asked, ticked) => {
        await auth.pool.query("delete from auth.oauth_consents where user_id = $1", [user.id]);
        const chosen = ticked.filter((name) => asked.includes(name));
        const token = accessOf(await allowAll(cookie, ["openid", ...asked].join(" "), chosen));
        const services = new Set(chosen.filter((name) => name.startsWith("srv_")).map((name) => name.split(".")[0]));
        const answer = (await validate(token)).body;
        expect(new Set(String(decodeJwt(token)["scope"]).split(" "))).toEqual(new Set(["openid", ...chosen]));
        expect(decodeJwt(token).aud).toEqual(
          ["srv_partner", "srv_nexus", "srv_roadmapper"].filter((id) => id === "srv_partner" || services.has(id)),
        );
        expect(answer["permissions"]).toEqual(chosen.filter((name) => own.includes(name)).sort());
        expect(answer["organization"] === null).toBe(services.size === 0);
        const told = answer["user"] as Record<string, unknown>;
        expect([told["email"] !== null, told["name"] !== null]).toEqual([
          chosen.includes("email"),
          chosen.includes("profile"),
        ]);
      }),
      { numRuns: 25 },
    );
  });
});

describe("apps of our own", () => {
  test("web apps act with all that the person may do, and name no scopes", async () => {
    const own = await addClient(auth, { clientId: "own-web" });
    const user: TestUser = await auth.addUser({ role: "owner" });
    const { cookie } = await auth.login(user);
    const token = accessOf(await signInAgain(auth, own, cookie, "openid"));
    expect((await validate(token, "srv_nexus")).body).toMatchObject({
      scopes: null,
      role: "owner",
      user: { email: user.email },
      permissions: expect.arrayContaining(registered.slice(0, 3)),
    });
  });

  test("discovery names the scopes there are", async () => {
    const { body } = await auth.call("GET", "/.well-known/openid-configuration");
    expect(body["scopes_supported"]).toEqual(
      expect.arrayContaining(["openid", "profile", "email", "offline_access", "srv_nexus.ai:invoke"]),
    );
  });
});

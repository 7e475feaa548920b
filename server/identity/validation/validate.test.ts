import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { exportJWK, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { createSealer } from "../crypto/seal.ts";

let auth: TestAuth;
let token: string;
let sessionId: string;
let userId: string;

beforeAll(async () => {
  auth = await startTestAuth();
  const user = await auth.addUser({ role: "owner" });
  userId = user.id;
  ({ token, sessionId } = await auth.login(user, "srv_nexus"));
});
afterAll(() => auth.close());

const validate = (bearer: string, headers: Record<string, string> = {}) =>
  auth.call("GET", "/validate", { bearer, headers });
const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const partsOf = (jwt: string) => {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  return {
    header,
    payload,
    signature,
    head: JSON.parse(Buffer.from(header, "base64url").toString()),
    claims: JSON.parse(Buffer.from(payload, "base64url").toString()),
  };
};

/** Signs with the real key: what only Auth itself could have made. */
const signAsAuth = async (header: Record<string, unknown>, claims: Record<string, unknown>): Promise<string> => {
  const { rows } = await auth.pool.query(
    "select kid, private_jwk_sealed from auth.signing_keys where status = 'active'",
  );
  const jwk = JSON.parse(
    createSealer([Buffer.alloc(32, 7)]).open(rows[0].private_jwk_sealed, `auth.signing_keys:${rows[0].kid}`),
  );
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: rows[0].kid, ...header })
    .sign(await importJWK(jwk, "ES256"));
};

test("a valid token answers person, organization, role and permissions", async () => {
  const { status, body } = await validate(token, { "x-service-id": "srv_nexus" });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    valid: true,
    subjectType: "user",
    user: { id: userId, principalType: "human", launcherEligible: true },
    organization: { id: "org_topolo", slug: "topolo", status: "active" },
    role: "owner",
    platformBypass: false,
    serviceId: "srv_nexus",
    sessionId,
    apiKey: null,
  });
  expect(body.permissions).toContain("srv_nexus.ai:invoke");
  expect(body.permissions).not.toContain("srv_admin.people:manage");
  const { head, claims } = partsOf(token);
  expect(head).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
  expect(claims).toMatchObject({
    iss: "http://localhost:3001",
    sub: userId,
    aud: ["srv_nexus"],
    client_id: "srv_nexus",
    service_id: "srv_nexus",
    sid: sessionId,
  });
  expect(claims).not.toHaveProperty("permissions");
  expect((await auth.call("POST", "/validate", { bearer: token })).status).toBe(200);
});

test("a token is valid only at the services its app calls [N3, RFC 9700 §2.3]", async () => {
  const user = await auth.addUser({ role: "owner" });
  const { token: roadmapper } = await auth.login(user, "srv_roadmapper");
  const atNexus = await validate(roadmapper, { "x-service-id": "srv_nexus" });
  expect(atNexus.body).toMatchObject({ valid: true, serviceId: "srv_roadmapper" });
  expect(JSON.stringify(atNexus.body.permissions)).not.toContain("srv_roadmapper");
  expect(await validate(roadmapper, { "x-service-id": "srv_bugfix" })).toMatchObject({
    status: 401,
    body: { valid: false, error: "audience_mismatch" },
  });
  expect(await validate(token, { "x-service-id": "srv_roadmapper" })).toMatchObject({
    status: 401,
    body: { error: "audience_mismatch" },
  });
  expect(await validate(token, { "x-service-id": "srv_unknown" })).toMatchObject({
    status: 400,
    body: { valid: false, error: "unknown_service" },
  });
  expect(JSON.stringify((await validate(roadmapper)).body.permissions)).toContain("srv_roadmapper.roadmaps:manage");
});

describe("forged and altered tokens", () => {
  const now = () => Math.floor(Date.now() / 1000);
  const forged: [string, () => string | Promise<string>][] = [
    ...["none", "None", "NONE", "nOnE"].map((alg): [string, () => string] => [
      `alg ${alg}`,
      () => `${encode({ ...partsOf(token).head, alg })}.${partsOf(token).payload}.`,
    ]),
    [
      "alg none with a signature",
      () => `${encode({ ...partsOf(token).head, alg: "none" })}.${partsOf(token).payload}.${partsOf(token).signature}`,
    ],
    ["no signature", () => `${partsOf(token).header}.${partsOf(token).payload}.`],
    [
      "HS256 with the public key",
      async () => {
        const { rows } = await auth.pool.query("select public_jwk from auth.signing_keys where status = 'active'");
        const input = `${encode({ ...partsOf(token).head, alg: "HS256" })}.${partsOf(token).payload}`;
        return `${input}.${createHmac("sha256", JSON.stringify(rows[0].public_jwk)).update(input).digest("base64url")}`;
      },
    ],
    [
      "a key of its own in jwk",
      async () => {
        const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const input = `${encode({ ...partsOf(token).head, jwk: await exportJWK(pair.publicKey) })}.${partsOf(token).payload}`;
        return `${input}.${signBytes("sha256", Buffer.from(input), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
      },
    ],
    [
      "another key under our kid",
      () => {
        const { header, payload } = partsOf(token);
        const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
        return `${header}.${payload}.${signBytes("sha256", Buffer.from(`${header}.${payload}`), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
      },
    ],
    [
      "an all-zero signature",
      () => `${partsOf(token).header}.${partsOf(token).payload}.${Buffer.alloc(64).toString("base64url")}`,
    ],
    ...["jku", "x5u"].map((name): [string, () => Promise<string>] => [
      name,
      () => signAsAuth({ typ: "at+jwt", [name]: "https://evil.example/keys" }, partsOf(token).claims),
    ]),
    [
      "crit",
      () =>
        `${encode({ ...partsOf(token).head, crit: ["exp"] })}.${partsOf(token).payload}.${partsOf(token).signature}`,
    ],
    [
      "b64 false",
      () =>
        `${encode({ ...partsOf(token).head, b64: false, crit: ["b64"] })}.${partsOf(token).payload}.${partsOf(token).signature}`,
    ],
    ...["../../dev/null", "' or 1=1 --", "", "x".repeat(5000)].map((kid): [string, () => string] => [
      `kid ${kid.slice(0, 20)}`,
      () => `${encode({ ...partsOf(token).head, kid })}.${partsOf(token).payload}.${partsOf(token).signature}`,
    ]),
    [
      "a changed claim",
      () =>
        `${partsOf(token).header}.${encode({ ...partsOf(token).claims, sub: "usr_other" })}.${partsOf(token).signature}`,
    ],
    ["an id token", () => signAsAuth({ typ: "JWT" }, partsOf(token).claims)],
    ["no typ", () => signAsAuth({}, partsOf(token).claims)],
    ["another issuer", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, iss: "https://evil.example" })],
    [
      "an expired token",
      () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, iat: now() - 1200, exp: now() - 60 }),
    ],
    [
      "a token from the future",
      () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, iat: now() + 120, exp: now() + 600 }),
    ],
    ["not before later", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, nbf: now() + 120 })],
    ["no exp", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, exp: undefined })],
    ["an exp that is a text", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, exp: "9999999999" })],
    [
      "an audience that is one text",
      () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, aud: "srv_nexus" }),
    ],
    ["a claim we do not make", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, permissions: ["*"] })],
    ["another user's session", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, sub: "usr_other" })],
    ["an unknown session", () => signAsAuth({ typ: "at+jwt" }, { ...partsOf(token).claims, sid: "ses_none" })],
    [
      "duplicate claims",
      () =>
        `${partsOf(token).header}.${encode(`{"sub":"usr_x",${Buffer.from(partsOf(token).payload, "base64url").toString().slice(1)}`)}.${partsOf(token).signature}`,
    ],
    [
      "a duplicate header name",
      () =>
        `${encode(`{"alg":"none",${JSON.stringify(partsOf(token).head).slice(1)}`)}.${partsOf(token).payload}.${partsOf(token).signature}`,
    ],
    ["two segments", () => token.split(".").slice(0, 2).join(".")],
    ["five segments", () => `${token}.a.b`],
    ["padding", () => `${token}==`],
    [
      "standard base64",
      () =>
        token.replace(
          /\.([^.]*)$/,
          (_, signature: string) => `.${Buffer.from(signature, "base64url").toString("base64").slice(0, -2)}+/`,
        ),
    ],
    [
      "changed unused bits",
      () => {
        const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        const last = alphabet.indexOf(token.slice(-1));
        const other = alphabet[(last & 0x30) | ((last + 1) & 0x0f)] ?? "";
        return token.slice(0, -1) + other;
      },
    ],
    ["9 KB", () => `${token}${"A".repeat(9_000)}`],
  ];

  test.each(forged)("%s is refused", async (_, forge) => {
    const { status, body } = await validate(await forge());
    expect(status).toBe(401);
    expect(body).toEqual({ valid: false, error: expect.any(String) });
  });

  test("the same claims signed by Auth are valid", async () => {
    expect((await validate(await signAsAuth({ typ: "at+jwt" }, partsOf(token).claims))).status).toBe(200);
  });

  test("refuses one megabyte, spaces, other schemes and a token in the query", async () => {
    expect([400, 431]).toContain((await validate("A".repeat(1_000_000))).status);
    expect((await auth.call("GET", "/validate", { headers: { authorization: `Bearer ${token} x` } })).status).toBe(401);
    expect((await auth.call("GET", "/validate", { headers: { authorization: `Basic ${token}` } })).status).toBe(401);
    expect((await auth.call("GET", "/validate")).body).toEqual({ valid: false, error: "credential_missing" });
    expect((await auth.call("GET", `/validate?access_token=${token}`)).status).toBe(400);
  });
});

describe("stored data decides, not the token [B3, B4]", () => {
  const signIn = async (role: string) => {
    const user = await auth.addUser({ role });
    return { user, ...(await auth.login(user)) };
  };

  test("a lowered role applies at the next call", async () => {
    const { user, token: bearer } = await signIn("owner");
    await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [user.id]);
    expect((await validate(bearer)).body).toMatchObject({
      role: "guest",
      permissions: ["srv_nexus.requests:create", "srv_nexus.usage:read"],
    });
  });

  test.each(["locked", "suspended", "deleted"])("a %s account is refused at once", async (status) => {
    const { user, token: bearer, cookie } = await signIn("owner");
    await auth.pool.query("update auth.users set status = $2 where id = $1", [user.id, status]);
    expect(await validate(bearer)).toMatchObject({ status: 401, body: { valid: false, error: "user_inactive" } });
    expect(
      (await auth.call("POST", "/refresh", { cookie, headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" } }))
        .status,
    ).toBe(401);
  });

  test("a suspended membership does not count", async () => {
    const { user, token: bearer } = await signIn("owner");
    await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [
      user.id,
    ]);
    expect(await validate(bearer)).toMatchObject({ status: 401, body: { error: "membership_missing" } });
  });

  test("a suspended organization gives no permissions and shows its status", async () => {
    const organizationId = await auth.addOrganization();
    const user = await auth.addUser({ organizationId, role: "owner" });
    const { token: bearer } = await auth.login(user);
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
    expect(await validate(bearer)).toMatchObject({
      status: 200,
      body: { valid: true, permissions: [], organization: { status: "suspended" } },
    });
  });

  test("an ended or expired session is refused", async () => {
    const { sessionId: ended, token: bearer } = await signIn("member");
    await auth.pool.query("update auth.sessions set idle_expires_at = now() where id = $1", [ended]);
    expect((await validate(bearer)).body).toEqual({ valid: false, error: "session_expired" });
    await auth.pool.query("update auth.sessions set revoked_at = now(), revoked_reason = 'test' where id = $1", [
      ended,
    ]);
    expect((await validate(bearer)).body).toEqual({ valid: false, error: "session_revoked" });
  });

  test("access, bundles and overrides apply from the next call on, and a denial wins", async () => {
    const organizationId = await auth.addOrganization();
    const user = await auth.addUser({ organizationId, role: "guest" });
    const { token: bearer } = await auth.login(user);
    const permissions = async () => (await validate(bearer, { "x-service-id": "srv_nexus" })).body.permissions;
    const permissionId = async (key: string) =>
      (await auth.pool.query("select id from auth.service_permissions where key = $1", [key])).rows[0].id;
    expect(await permissions()).toEqual(["srv_nexus.requests:create", "srv_nexus.usage:read"]);
    const override = async (key: string, effect: string, expiresAt: Date | null = null) =>
      auth.pool.query(
        "insert into auth.user_permission_overrides (organization_id, user_id, permission_id, effect, granted_by, expires_at) values ($1, $2, $3, $4, 'test', $5)",
        [organizationId, user.id, await permissionId(key), effect, expiresAt],
      );
    await override("srv_nexus.ai:invoke", "allow");
    await override("srv_nexus.usage:read", "deny");
    expect(await permissions()).toEqual(["srv_nexus.ai:invoke", "srv_nexus.requests:create"]);
    await override("srv_nexus.ai:read", "allow", new Date(auth.clock.now() + 3_000));
    expect(await permissions()).toEqual(["srv_nexus.ai:invoke", "srv_nexus.ai:read", "srv_nexus.requests:create"]);
    auth.clock.advance(3_500);
    expect(await permissions()).toEqual(["srv_nexus.ai:invoke", "srv_nexus.requests:create"]);
    await auth.pool.query(
      "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_nexus'",
      [organizationId],
    );
    expect(await permissions()).toEqual([]);
  });

  describe("the answer says when it ends by itself", () => {
    const untilOf = async (bearer: string): Promise<number | null> => {
      const { status, body } = await validate(bearer, { "x-service-id": "srv_nexus" });
      expect(status).toBe(200);
      return body.expiresAt === null ? null : Date.parse(textOf(body, "expiresAt"));
    };
    const signIn = async () => {
      const organizationId = await auth.addOrganization();
      const user = await auth.addUser({ organizationId, role: "owner" });
      const { token, sessionId } = await auth.login(user);
      const made = await auth.call("POST", "/api/api-keys", {
        bearer: token,
        body: { name: "ends", scopes: ["srv_nexus.ai"] },
      });
      const granted = async (end: Date) =>
        auth.pool.query(
          `insert into auth.user_permission_overrides (organization_id, user_id, permission_id, effect, granted_by, expires_at)
           select $1, $2, id, 'allow', 'test', $3 from auth.service_permissions where key = 'srv_nexus.ai:invoke'`,
          [organizationId, user.id, end],
        );
      const mayUse = async (end: Date) =>
        auth.pool.query(
          "update auth.organization_service_access set expires_at = $2 where organization_id = $1 and service_id = 'srv_nexus'",
          [organizationId, end],
        );
      return { token, sessionId, key: textOf(made.body, "apiKey"), granted, mayUse };
    };
    const soon = () => new Date(auth.clock.now() + 20_000);

    test.each([
      ["for want of use", "idle_expires_at = $2"],
      ["for good", "idle_expires_at = $2, absolute_expires_at = $2"],
    ])("with its session, which ends %s before the token", async (_, ends) => {
      const { token, sessionId, key } = await signIn();
      const end = soon();
      expect(await untilOf(token)).toBeGreaterThan(end.getTime());
      await auth.pool.query(`update auth.sessions set ${ends} where id = $1`, [sessionId, end]);
      expect(await untilOf(token)).toBe(end.getTime());
      expect(await untilOf(key)).toBeNull();
    });

    test.each(["granted", "mayUse"] as const)("with a permission or an access that ends (%s)", async (how) => {
      const world = await signIn();
      const end = soon();
      await world[how](end);
      expect([await untilOf(world.token), await untilOf(world.key)]).toEqual([end.getTime(), end.getTime()]);
    });

    test("with an access that ends, of a key of the organization itself", async () => {
      const organizationId = await auth.addOrganization();
      const { apiKey } = await auth.server.createOrganizationApiKey({
        organizationId,
        name: "ends",
        scopes: ["srv_nexus.ai"],
      });
      expect(await untilOf(apiKey)).toBeNull();
      const end = soon();
      await auth.pool.query(
        "update auth.organization_service_access set expires_at = $2 where organization_id = $1 and service_id = 'srv_nexus'",
        [organizationId, end],
      );
      expect(await untilOf(apiKey)).toBe(end.getTime());
    });
  });

  test("platform roles count in the admin organization alone [A3]", async () => {
    const platform = await auth.addUser({ organizationId: "org_admin", role: "platform_admin" });
    const { token: bearer } = await auth.login(platform);
    const { body } = await validate(bearer, { "x-service-id": "srv_nexus" });
    expect(body).toMatchObject({ platformBypass: true, role: "platform_admin" });
    expect(body.permissions).toContain("srv_nexus.prices:manage");
    const owner = await auth.addUser({ organizationId: "org_admin", role: "owner" });
    expect((await validate((await auth.login(owner)).token)).body).toMatchObject({
      platformBypass: false,
      role: "owner",
    });
    await expect(auth.addUser({ organizationId: "org_topolo", role: "platform_admin" })).rejects.toThrow(
      "platform roles exist in the admin organization only",
    );
    await expect(auth.addUser({ role: "superuser" })).rejects.toThrow();
    await auth.pool.query(
      "insert into auth.organization_memberships (organization_id, user_id, role) values ('org_topolo', $1, 'member')",
      [platform.id],
    );
    await auth.call("POST", "/api/me/active-organization", {
      bearer,
      headers: { "x-service-id": "srv_nexus" },
      body: { organizationId: "org_topolo" },
    });
    expect((await validate(bearer)).body).toMatchObject({ platformBypass: false, role: "member" });
  });
});

test("after a rotation old tokens are valid until they expire, and JWKS publishes no private key", async () => {
  const before = await auth.call("GET", "/.well-known/jwks.json");
  await auth.server.rotateSigningKey();
  const user = await auth.addUser({ role: "member" });
  const fresh = await auth.login(user);
  expect(partsOf(fresh.token).head.kid).not.toBe(partsOf(token).head.kid);
  expect((await validate(token)).status).toBe(200);
  expect((await validate(fresh.token)).status).toBe(200);
  const after = await auth.call("GET", "/.well-known/jwks.json");
  expect(before.body.keys).toHaveLength(2);
  expect(after.body.keys).toHaveLength(3);
  expect(JSON.stringify(after.body)).not.toContain('"d":');
  expect(JSON.stringify(before.body)).toContain(partsOf(fresh.token).head.kid);
});

test("repeated headers are refused", async () => {
  const { status } = await fetch(`${auth.url}/validate`, {
    headers: [
      ["authorization", `Bearer ${token}`],
      ["authorization", "Bearer x"],
    ],
  });
  expect([400, 401]).toContain(status);
});

import { inProcessTransport, type AuthTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import type { RawAnswer } from "../../test/send-raw.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";

let auth: TestAuth;
let clientSecret: string;
let superAdmin: TestUser;

beforeAll(async () => {
  auth = await startTestAuth();
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  superAdmin = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
});
afterAll(() => auth.close());

const codeOf = ({ status, text }: RawAnswer): readonly [number, unknown] => {
  const body = JSON.parse(text) as {
    readonly error?: {
      readonly code?: unknown;
      readonly json?: { readonly data?: { readonly nexus?: { readonly code?: unknown } } };
    };
  };
  return [status, body.error?.json?.data?.nexus?.code ?? body.error?.code];
};

const member = async (role = "member", serviceId = "srv_nexus", organizationId = "org_topolo") => {
  const user = await auth.addUser({ role, organizationId });
  const { token, cookie, sessionId } = await auth.login(user, serviceId);
  return { id: user.id, token, cookie, sessionId, bearer: { authorization: `Bearer ${token}` } };
};

/** A token of the app's own, by client credentials. */
const ownToken = async (serviceId: string): Promise<string> => {
  const secret = await auth.server.createServiceClientSecret(serviceId);
  const { status, body } = await auth.call("POST", "/sso/exchange", {
    headers: {
      authorization: `Basic ${Buffer.from(`${serviceId}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "grant_type=client_credentials",
  });
  expect([status, body.error]).toEqual([200, undefined]);
  return textOf(body, "access_token");
};

const asService = (token: string, more: Readonly<Record<string, string>> = {}) => ({
  "x-nexus-service-token": token,
  "x-nexus-organization-id": "org_topolo",
  ...more,
});

const generate = { model: "openai/gpt-4o-mini", prompt: "Hello", maxOutputTokens: 20 };
const doors = [
  [
    "/v1/chat/completions",
    { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }], max_completion_tokens: 20 },
  ],
  ["/api/ai/generate-text", generate],
  ["/api/trpc/ai.generateText", generate],
] as const;

const transports: readonly (readonly [string, () => AuthTransport | undefined])[] = [
  ["http", () => undefined],
  ["in-process", () => inProcessTransport(auth.server)],
];

describe.each(transports)("with Auth over %s", (_, transport) => {
  let nexus: ConsumingGateway;
  let shared: string;

  beforeAll(async () => {
    const own = transport();
    nexus = await openConsumingGateway({
      authUrl: auth.url,
      clientSecret,
      platformSuperAdminUserId: superAdmin.id,
      ...(own === undefined ? {} : { transport: own }),
    });
    shared = await nexus.createServiceToken({});
  });
  afterAll(() => nexus.close());

  const lastRow = async () => (await nexus.attributed()).at(-1);

  /** The answer, and proof that no vendor was asked and nothing was reserved. */
  const refused = async (headers: Readonly<Record<string, string>>) => {
    const before = [nexus.sandbox.requests().length, (await nexus.attributed()).length];
    const answers = await Promise.all(doors.map(([path, body]) => nexus.ask("POST", path, headers, body)));
    expect([nexus.sandbox.requests().length, (await nexus.attributed()).length]).toEqual(before);
    const [first, ...others] = answers.map(codeOf);
    for (const other of others) expect(other).toEqual(first);
    return first;
  };

  test("a call is attributed to organization, user and app, at every door [N1]", async () => {
    const ada = await member("member", "srv_roadmapper");
    for (const [path, body] of doors) {
      expect((await nexus.ask("POST", path, ada.bearer, body)).status).toBe(200);
      expect(await lastRow()).toEqual({
        organizationId: "org_topolo",
        appId: "srv_roadmapper",
        userId: ada.id,
        keyId: null,
      });
    }
  });

  test("without a credential nothing is forwarded [N1, N2]", async () => {
    expect(await refused({})).toEqual([401, "UNAUTHENTICATED"]);
    expect(await refused({ "x-service-id": "srv_roadmapper", "x-forwarded-user": "usr_x" })).toEqual([
      401,
      "UNAUTHENTICATED",
    ]);
  });

  test("the service path: token and organization, and a user where the app names one [N2]", async () => {
    const ada = await member();
    expect((await nexus.chat(asService(shared))).status).toBe(200);
    expect(await lastRow()).toMatchObject({ organizationId: "org_topolo", appId: null, userId: null });
    expect((await nexus.chat(asService(shared, { "x-nexus-user-id": ada.id }))).status).toBe(200);
    expect(await lastRow()).toMatchObject({ organizationId: "org_topolo", appId: null, userId: ada.id });
  });

  test("a missing token is 401, a missing organization 400, and nothing is forwarded [N2]", async () => {
    const ada = await member();
    expect(await refused({ "x-nexus-organization-id": "org_topolo" })).toEqual([401, "UNAUTHENTICATED"]);
    expect(await refused({ "x-nexus-organization-id": "org_topolo", "x-nexus-user-id": ada.id })).toEqual([
      401,
      "UNAUTHENTICATED",
    ]);
    expect(await refused({ "x-nexus-service-token": shared })).toEqual([400, "ORGANIZATION_REQUIRED"]);
    expect(await refused({ "x-nexus-service-token": shared, "x-nexus-user-id": ada.id })).toEqual([
      400,
      "ORGANIZATION_REQUIRED",
    ]);
    expect(await refused(asService(`${shared}x`))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await refused(asService(""))).toEqual([401, "UNAUTHENTICATED"]);
    expect(await refused(asService(shared, { "x-nexus-organization-id": "org_none" }))).toEqual([403, "SCOPE_DENIED"]);
    const suspended = await auth.addOrganization();
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [suspended]);
    expect(await refused(asService(shared, { "x-nexus-organization-id": suspended }))).toEqual([
      403,
      "WORKSPACE_SUSPENDED",
    ]);
  });

  test("a service token and a bearer together are refused, whichever is good [X27]", async () => {
    const ada = await member();
    for (const headers of [
      asService(shared, ada.bearer),
      asService("wrong", ada.bearer),
      asService(shared, { authorization: "Bearer wrong" }),
      asService(shared, { "x-api-key": "tpk_live_x" }),
    ])
      expect(await refused(headers)).toEqual([400, "AMBIGUOUS_CREDENTIALS"]);
  });

  test("a user who is no active member of the organization is refused [X28]", async () => {
    const elsewhere = await auth.addUser({ role: "owner", organizationId: await auth.addOrganization() });
    const left = await member();
    await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [
      left.id,
    ]);
    const suspended = await member();
    await auth.pool.query("update auth.users set status = 'suspended' where id = $1", [suspended.id]);
    for (const id of [elsewhere.id, left.id, suspended.id, "usr_none", "org_topolo", "srv_nexus"])
      expect([id, await refused(asService(shared, { "x-nexus-user-id": id }))]).toEqual([id, [403, "SCOPE_DENIED"]]);
  });

  test("the caller's own bearer is forwarded by the app it was issued to, and by no app that does not call Nexus [N3]", async () => {
    const ada = await member("member", "srv_bugfix");
    expect((await nexus.chat(ada.bearer)).status).toBe(200);
    expect(await lastRow()).toMatchObject({ appId: "srv_bugfix", userId: ada.id });
    await auth.pool.query(
      `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, first_party)
       values ('srv_alone', 'alone', 'Alone', '', 'application', 'product', false, true) on conflict do nothing`,
    );
    auth.clock.advance(1_100);
    const alone = await member("member", "srv_alone");
    expect(await refused(alone.bearer)).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("a payment surface calls for the organization with slug topolo [N4]", async () => {
    const answer = await auth.call("GET", "/api/organizations/by-slug/topolo", {
      headers: { authorization: `Basic ${Buffer.from(`srv_nexus:${clientSecret}`).toString("base64")}` },
    });
    const organizationId = textOf(answer.body, "id");
    const headers = asService(shared, { "x-nexus-organization-id": organizationId, "x-service-id": "srv_topolopay" });
    expect((await nexus.chat(headers)).status).toBe(200);
    expect(await lastRow()).toMatchObject({ organizationId, appId: "srv_topolopay", userId: null });
    expect(await refused({ ...headers, "x-nexus-organization-id": "topolo" })).toEqual([403, "SCOPE_DENIED"]);
  });

  describe("the app of a credential [X12]", () => {
    test("a user's token: its own, whatever repeats it; another is a mismatch [N1]", async () => {
      const ada = await member("member", "srv_roadmapper");
      expect((await nexus.chat({ ...ada.bearer, "x-service-id": "srv_roadmapper" })).status).toBe(200);
      expect(await lastRow()).toMatchObject({ appId: "srv_roadmapper" });
      for (const other of ["srv_bugfix", "srv_nexus", "srv_none"])
        expect(await refused({ ...ada.bearer, "x-service-id": other })).toEqual([403, "SERVICE_MISMATCH"]);
    });

    test("an app's own token: the client's service, for organizations that use it and their members [N1]", async () => {
      const own = await ownToken("srv_roadmapper");
      const ada = await member();
      expect((await nexus.chat(asService(own, { "x-nexus-user-id": ada.id }))).status).toBe(200);
      expect(await lastRow()).toEqual({
        organizationId: "org_topolo",
        appId: "srv_roadmapper",
        userId: ada.id,
        keyId: "srv_roadmapper",
      });
      expect((await nexus.chat(asService(own, { "x-service-id": "srv_roadmapper" }))).status).toBe(200);
      expect(await refused(asService(own, { "x-service-id": "srv_bugfix" }))).toEqual([403, "SERVICE_MISMATCH"]);
      expect(await refused({ "x-nexus-service-token": own })).toEqual([400, "ORGANIZATION_REQUIRED"]);
      expect(await refused(asService(own, { "x-nexus-user-id": "usr_none" }))).toEqual([403, "SCOPE_DENIED"]);
      expect(await refused(asService(own, { "x-nexus-organization-id": "org_none" }))).toEqual([403, "SCOPE_DENIED"]);
      expect(await refused(asService(own, ada.bearer))).toEqual([400, "AMBIGUOUS_CREDENTIALS"]);
      const without = await auth.addOrganization();
      await auth.pool.query(
        "update auth.organization_service_access set enabled = false where organization_id = $1 and service_id = 'srv_roadmapper'",
        [without],
      );
      expect(await refused(asService(own, { "x-nexus-organization-id": without }))).toEqual([403, "SCOPE_DENIED"]);
    });

    test("an app's own token manages nothing, and is nobody's bearer [RFC 9700 §4.15, N1]", async () => {
      const own = await ownToken("srv_bugfix");
      for (const path of ["/api/keys", "/api/operations", "/api/provider-credentials/platform-defaults"])
        expect([path, codeOf(await nexus.ask("GET", path, asService(own)))]).toEqual([path, [403, "SCOPE_DENIED"]]);
      expect(await refused({ authorization: `Bearer ${own}` })).toEqual([401, "UNAUTHENTICATED"]);
    });

    test("a person's token or an API key is no service token [N2]", async () => {
      const owner = await member("owner");
      expect(await refused(asService(owner.token))).toEqual([401, "UNAUTHENTICATED"]);
      const { apiKey } = await auth.server.createOrganizationApiKey({
        organizationId: "org_topolo",
        name: "k",
        scopes: ["srv_nexus.ai"],
      });
      expect(await refused(asService(apiKey))).toEqual([401, "UNAUTHENTICATED"]);
    });

    test("an API key: the service it was issued for, else none; the header lends it none [N1]", async () => {
      const keyFor = (serviceId?: string) =>
        auth.server.createOrganizationApiKey({
          organizationId: "org_topolo",
          name: "k",
          scopes: ["srv_nexus.ai"],
          ...(serviceId === undefined ? {} : { serviceId }),
        });
      const bound = await keyFor("srv_showcase");
      const free = await keyFor();
      expect((await nexus.chat({ "x-api-key": bound.apiKey })).status).toBe(200);
      expect(await lastRow()).toMatchObject({ appId: "srv_showcase", keyId: bound.id, userId: null });
      expect(await refused({ "x-api-key": bound.apiKey, "x-service-id": "srv_bugfix" })).toEqual([
        403,
        "SERVICE_MISMATCH",
      ]);
      expect((await nexus.chat({ "x-api-key": free.apiKey, "x-service-id": "srv_bugfix" })).status).toBe(200);
      expect(await lastRow()).toMatchObject({ appId: null, keyId: free.id });
      expect(await refused({ "x-api-key": free.apiKey, "x-service-id": "srv_none" })).toEqual([400, "INVALID_INPUT"]);
    });

    test("the shared token: the header's, registered and within its grants, else none [N1]", async () => {
      expect((await nexus.chat(asService(shared, { "x-service-id": "srv_socialize" }))).status).toBe(200);
      expect(await lastRow()).toMatchObject({ appId: "srv_socialize" });
      expect(await refused(asService(shared, { "x-service-id": "srv_none" }))).toEqual([400, "INVALID_INPUT"]);
      const narrow = await nexus.createServiceToken({ organizations: ["org_topolo"], apps: ["srv_bugfix"] });
      expect((await nexus.chat(asService(narrow, { "x-service-id": "srv_bugfix" }))).status).toBe(200);
      expect(await refused(asService(narrow, { "x-service-id": "srv_roadmapper" }))).toEqual([403, "SCOPE_DENIED"]);
      expect(await refused(asService(narrow))).toEqual([403, "SCOPE_DENIED"]);
      expect(
        await refused(asService(narrow, { "x-nexus-organization-id": "org_admin", "x-service-id": "srv_bugfix" })),
      ).toEqual([403, "SCOPE_DENIED"]);
    });
  });

  describe("platform-default credentials [N5, X3]", () => {
    const path = "/api/provider-credentials/platform-defaults/anthropic";
    const secret = { apiKey: "sk-ant-test-0123456789" };
    const changes = [
      ["PUT", path, { secret }],
      ["POST", `${path}/rotate`, { secret }],
      ["POST", `${path}/status`, { status: "disabled" }],
      ["POST", "/api/trpc/credentials.setPlatformDefault", { vendor: "anthropic", secret }],
    ] as const;

    // All but when each was used last, which is written some seconds after earlier calls.
    const stored = async () =>
      (
        await nexus.deps.db.pool.query<{ all: string | null }>(
          "select md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' order by id)) as all from nexus.provider_credentials t",
        )
      ).rows[0]?.all;

    const deniedTo = async (headers: Readonly<Record<string, string>>) => {
      const before = await stored();
      for (const [method, target, body] of changes)
        expect([target, codeOf(await nexus.ask(method, target, headers, body))]).toEqual([
          target,
          [403, "SCOPE_DENIED"],
        ]);
      expect(await stored()).toBe(before);
    };

    test("the configured account in the admin organization changes them", async () => {
      const { token } = await auth.login(superAdmin);
      for (const [method, target, body] of changes)
        expect([target, (await nexus.ask(method, target, { authorization: `Bearer ${token}` }, body)).status]).toEqual([
          target,
          200,
        ]);
    });

    test.each(["platform_super_admin", "platform_admin", "owner", "super_admin", "admin", "member", "guest"])(
      "another %s of the admin organization does not",
      async (role) => deniedTo((await member(role, "srv_nexus", "org_admin")).bearer),
    );

    test("nor do an owner elsewhere, a service's token or a key", async () => {
      await deniedTo((await member("owner")).bearer);
      await deniedTo(asService(shared, { "x-nexus-organization-id": "org_admin" }));
      await deniedTo(asService(shared, { "x-nexus-organization-id": "org_admin", "x-nexus-user-id": superAdmin.id }));
      await deniedTo(asService(await ownToken("srv_admin"), { "x-nexus-organization-id": "org_admin" }));
      const { apiKey } = await auth.server.createOrganizationApiKey({
        organizationId: "org_admin",
        name: "k",
        scopes: ["srv_nexus.ai"],
      });
      await deniedTo({ "x-api-key": apiKey });
    });

    test("nor does the configured account once it has switched away or lost the role [B3]", async () => {
      const { token, cookie } = await auth.login(superAdmin);
      const bearer = { authorization: `Bearer ${token}` };
      await auth.pool.query(
        "insert into auth.organization_memberships (organization_id, user_id, role) values ('org_topolo', $1, 'owner') on conflict do nothing",
        [superAdmin.id],
      );
      const switchTo = (organizationId: string) =>
        auth.call("POST", "/api/me/active-organization", {
          cookie,
          headers: { "x-topolo-auth": "1", "x-service-id": "srv_nexus" },
          body: { organizationId },
        });
      expect((await switchTo("org_topolo")).status).toBe(200);
      await deniedTo(bearer);
      expect((await switchTo("org_admin")).status).toBe(200);
      const setRole = (role: string) =>
        auth.pool.query(
          "update auth.organization_memberships set role = $2 where organization_id = 'org_admin' and user_id = $1",
          [superAdmin.id, role],
        );
      await setRole("platform_admin");
      await deniedTo(bearer);
      await setRole("platform_super_admin");
      expect((await nexus.ask("POST", `${path}/status`, bearer, { status: "active" })).status).toBe(200);
    });
  });

  test("a token whose session has ended is refused at the next call, however sound its signature [N7, B1, B4]", async () => {
    const ada = await member();
    expect((await nexus.chat(ada.bearer)).status).toBe(200);
    await auth.call("POST", "/logout", { bearer: ada.token });
    expect(await refused(ada.bearer)).toEqual([401, "UNAUTHENTICATED"]);
    const gone = await member();
    await auth.pool.query("delete from auth.organization_memberships where user_id = $1", [gone.id]);
    expect(await refused(gone.bearer)).toEqual([401, "UNAUTHENTICATED"]);
  });

  test("a lowered role counts at the next call [N7, B3]", async () => {
    const ada = await member("owner");
    expect((await nexus.ask("GET", "/api/keys", ada.bearer)).status).toBe(200);
    await auth.pool.query("update auth.organization_memberships set role = 'guest' where user_id = $1", [ada.id]);
    expect(codeOf(await nexus.ask("GET", "/api/keys", ada.bearer))).toEqual([403, "SCOPE_DENIED"]);
    expect(await refused(ada.bearer)).toEqual([403, "SCOPE_DENIED"]);
  });

  test("a suspended organization's people get 403, with the token they had", async () => {
    const organizationId = await auth.addOrganization();
    const ada = await member("owner", "srv_nexus", organizationId);
    await auth.pool.query("update auth.organizations set status = 'suspended' where id = $1", [organizationId]);
    expect(await refused(ada.bearer)).toEqual([403, "WORKSPACE_SUSPENDED"]);
  });

  test("identity in headers of the caller's own is worth nothing [RFC 9700 §4.13]", async () => {
    const ada = await member();
    const headers = {
      ...ada.bearer,
      "x-nexus-user-id": "usr_other",
      "x-user-id": "usr_other",
      "x-forwarded-for": "10.0.0.1",
      "x-topolo-surface": "auth",
    };
    expect((await nexus.chat(headers)).status).toBe(200);
    expect(await lastRow()).toMatchObject({ userId: ada.id, organizationId: "org_topolo" });
    expect(await refused({ ...ada.bearer, "x-nexus-organization-id": "org_admin" })).toEqual([403, "SCOPE_DENIED"]);
  });
});

test("where no account is configured nobody may change them [N5, X3]", async () => {
  const nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret });
  const { token } = await auth.login(superAdmin);
  const answer = await nexus.ask(
    "PUT",
    "/api/provider-credentials/platform-defaults/anthropic",
    { authorization: `Bearer ${token}` },
    { secret: { apiKey: "sk-ant-test-0123456789" } },
  );
  expect(codeOf(answer)).toEqual([403, "SCOPE_DENIED"]);
  await nexus.close();
});

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../../test/consuming-gateway.ts";
import { createDirectory, noDirectory } from "../../assembly/create-directory.ts";
import { requireKnownGrants } from "../service-tokens/index.ts";
import { requireKnown, unknownName } from "./index.ts";
import { createTokenAsOperator } from "../../../test/create-token-as-operator.ts";

let auth: TestAuth;
let nexus: ConsumingGateway;
let owner: { readonly id: string; readonly token: string };
let foreign: { readonly organizationId: string; readonly userId: string; readonly keyId: string };
let keyId: string;

const keyOf = async (organizationId: string): Promise<string> =>
  (await auth.server.createOrganizationApiKey({ organizationId, name: "ci", scopes: ["srv_nexus.ai"] })).id;

beforeAll(async () => {
  auth = await startTestAuth();
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret });
  const user = await auth.addUser({ role: "owner" });
  owner = { id: user.id, token: (await auth.login(user)).token };
  keyId = await keyOf("org_topolo");
  const organizationId = await auth.addOrganization();
  const stranger = await auth.addUser({ organizationId, role: "owner" });
  foreign = { organizationId, userId: stranger.id, keyId: await keyOf(organizationId) };
});
afterAll(async () => {
  await nexus.close();
  await auth.close();
});

const send = async (method: string, path: string, body: unknown, token = owner.token) => {
  const { status, text } = await nexus.ask(method, path, { authorization: `Bearer ${token}` }, body);
  const answer: { code?: string; issues?: { field: string; expected: string }[] } = JSON.parse(text);
  return { status, answer: "error" in answer ? (answer.error as typeof answer) : answer };
};
const budget = (scope: string, scopeId: string) =>
  send("PUT", "/api/usage/budgets", { scope, scopeId, period: "day", limitNanos: "1" });
const limit = (scope: string, scopeId: string) =>
  send("PUT", "/api/usage/rate-limits", { scope, scopeId, requestsPerMinute: 5, tokensPerMinute: null });

describe.each([
  ["budgets", budget],
  ["rate limits", limit],
])("%s", (_, put) => {
  it("are set for what exists", async () => {
    const token = await createTokenAsOperator(nexus.deps, {
      label: "t",
      organizations: ["org_topolo"],
      apps: "all",
      permissions: ["srv_nexus.ai:invoke"],
    });
    for (const [scope, id] of [
      ["app", "srv_roadmapper"],
      ["user", owner.id],
      ["key", keyId],
      ["key", token.serviceToken.id],
      ["key", "srv_roadmapper"],
    ] as const)
      expect((await put(scope, id)).status, `${scope} ${id}`).toBe(200);
  });

  it("are refused for what does not, with the field and what looks most like it", async () => {
    for (const [scope, id, nearest] of [
      ["app", "srv_roadmaper", "srv_roadmapper"],
      ["user", `${owner.id.slice(0, -1)}x`, owner.id],
      ["key", `${keyId.slice(0, -1)}x`, keyId],
      ["key", "nst_000000000000000000000000", undefined],
      ["key", "srv_roadmaper", "srv_roadmapper"],
    ] as const) {
      const { status, answer } = await put(scope, id);
      expect([status, answer.code], `${scope} ${id}`).toEqual([400, "INVALID_INPUT"]);
      expect(answer.issues).toEqual([{ field: "scopeId", expected: expect.any(String) }]);
      if (nearest !== undefined) expect(answer.issues?.[0]?.expected).toContain(`did you mean "${nearest}"`);
    }
  });

  it("refuse ids of other organizations in the words for those of nobody", async () => {
    const refusals = async (scope: string, theirs: string, nobodys: string) => [
      await put(scope, theirs),
      await put(scope, nobodys),
    ];
    for (const [scope, theirs] of [
      ["user", foreign.userId],
      ["key", foreign.keyId],
    ] as const) {
      const nobodys = `${theirs.slice(0, 4)}${"f".repeat(theirs.length - 4)}`;
      const [one, other] = await refusals(scope, theirs, nobodys);
      expect([one?.status, one?.answer.code]).toEqual([400, other?.answer.code]);
      // What may look alike is of the asker's own organization.
      const words = (answer: typeof one) => answer?.answer.issues?.[0]?.expected.replace(/; did you mean .*/, "");
      expect(words(one)).toBe(words(other));
      expect(JSON.stringify(one?.answer)).not.toContain(theirs);
    }
    const { serviceToken } = await createTokenAsOperator(nexus.deps, {
      label: "theirs",
      organizations: [foreign.organizationId],
      apps: "all",
      permissions: ["srv_nexus.ai:invoke"],
    });
    expect((await put("key", serviceToken.id)).status).toBe(400);
  });

  it("never say yes to somebody who has left", async () => {
    const left = await auth.addUser({ role: "member" });
    expect((await put("user", left.id)).status).toBe(200);
    await auth.pool.query("update auth.organization_memberships set status = 'suspended' where user_id = $1", [
      left.id,
    ]);
    expect((await put("user", left.id)).status).toBe(400);
  });
});

test("a rate limit of what has gone can be taken away", async () => {
  const gone = { scope: "user", scopeId: "usr_gone", requestsPerMinute: null, tokensPerMinute: null };
  expect((await send("PUT", "/api/usage/rate-limits", gone)).status).toBe(200);
});

test.each([
  [{ vendorOrder: ["openia"] }, "vendorOrder.0", "openai"],
  [
    { fallbackModels: { "openai/gpt-4o-mni": ["openai/gpt-4o"] } },
    "fallbackModels.openai/gpt-4o-mni",
    "openai/gpt-4o-mini",
  ],
  [
    { fallbackModels: { "openai/gpt-4o": ["openia/gpt-4o-mini"] } },
    "fallbackModels.openai/gpt-4o.0",
    "openai/gpt-4o-mini",
  ],
  [{ fallbackModels: { "gpt-4o-mni": [] } }, "fallbackModels.gpt-4o-mni", "gpt-4o-mini"],
  [{ modelAllowList: ["openai/*", "openai/gpt-4o-mni"] }, "modelAllowList.1", "openai/gpt-4o-mini"],
  [{ modelAllowList: ["openia/*"] }, "modelAllowList.0", "openai"],
  [{ modelAllowList: ["gpt-4o"] }, "modelAllowList.0", "openai/gpt-4o"],
])("preferences %j name nothing that does not exist", async (change, field, nearest) => {
  const { status, answer } = await send("PATCH", "/api/preferences", { revision: 0, ...change });
  expect([status, answer.issues?.map((issue) => issue.field)]).toEqual([400, [field]]);
  expect(answer.issues?.[0]?.expected).toContain(`did you mean "${nearest}"?`);
});

test("preferences take models of servers of one's own, dated names and patterns", async () => {
  const { status, answer } = await send("PATCH", "/api/preferences", {
    revision: 0,
    fallbackModels: { "openai/gpt-4o-2024-08-06": ["vllm/whatever-we-run", "gpt-4o-mini"] },
    modelAllowList: ["*", "openai/gpt-4o", "*/gpt-*", "ollama/llama3"],
  });
  expect(status, JSON.stringify(answer)).toBe(200);
});

test("vendor keys and overrides name a vendor that exists", async () => {
  for (const [method, path, body] of [
    ["POST", "/api/keys", { vendor: "opnai", label: "k", secret: { apiKey: "sk-test-0123456789" } }],
    ["PUT", "/api/provider-credentials/organization-overrides/opnai", { secret: { apiKey: "sk-test-0123456789" } }],
  ] as const) {
    const { status, answer } = await send(method, path, body);
    expect([status, answer.issues]).toEqual([
      400,
      [{ field: "vendor", expected: 'the id of a registered vendor; did you mean "openai"?' }],
    ]);
  }
});

test("tokens are given for organizations, apps and permissions that exist", async () => {
  const grounds = { directory: nexus.directory, knownPermissions: new Set(["srv_nexus.ai:invoke"]) };
  const good = { organizations: ["org_topolo"], apps: ["srv_bugfix"], permissions: ["srv_nexus.ai:invoke"] };
  await requireKnownGrants(grounds, good);
  for (const [change, field] of [
    [{ organizations: ["org_topolo", "org_topolio"] }, "organizations.1"],
    [{ organizations: ["topolo"] }, "organizations.0"],
    [{ apps: ["srv_bugfx"] }, "apps.0"],
    [{ permissions: ["srv_nexus.ai:invok"] }, "permissions.0"],
  ] as const)
    await expect(requireKnownGrants(grounds, { ...good, ...change })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field }],
    });
});

test("an Auth that is away is no yes: AUTH_UNAVAILABLE, and nothing is stored", async () => {
  const { createAuthMiddleware } = await import("@topolo/auth-middleware");
  const away = createDirectory({
    auth: createAuthMiddleware({
      authUrl: "http://127.0.0.1:9",
      serviceId: "srv_nexus",
      clientSecret: "x",
      timeoutMs: 500,
    }),
  });
  for (const directory of [away, noDirectory])
    for (const question of [
      { kind: "organization", id: "org_topolo" },
      { kind: "app", id: "srv_roadmapper" },
      { kind: "user", id: owner.id, organizationId: "org_topolo" },
      { kind: "key", id: keyId, organizationId: "org_topolo" },
    ] as const)
      await expect(requireKnown(directory, question, "scopeId")).rejects.toMatchObject({ code: "AUTH_UNAVAILABLE" });
});

test("what is told of looks like what was asked for, and nothing else is told", () => {
  const names = ["srv_roadmapper", "srv_bugfix", "srv_social_studio"];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom(..."abcxyz_"), (name, at, letter) => {
      const place = at % name.length;
      const typo = name.slice(0, place) + letter + name.slice(place + 1);
      const { issues, details } = unknownName("app", "a registered app", typo, names);
      expect(details).toEqual({ field: "app", didYouMean: name });
      expect(issues).toEqual([{ field: "app", expected: `a registered app; did you mean "${name}"?` }]);
    }),
  );
  expect(unknownName("app", "a registered app", "zzz", names).issues).toEqual([
    { field: "app", expected: "a registered app" },
  ]);
});

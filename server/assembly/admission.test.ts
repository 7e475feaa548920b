import { inProcessTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { canaryKey } from "../../test/canary-key.ts";
import { eventually } from "../../test/eventually.ts";

// A stranger makes an account and tries to spend what is the platform's.

let auth: TestAuth;
let operator: string;

beforeAll(async () => {
  auth = await startTestAuth({ selfServiceBudgetNanos: 1_000_000_000n });
  const admin = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
  operator = (await auth.login(admin)).token;
});
afterAll(() => auth.close());

interface Stranger {
  readonly token: string;
  readonly organizationId: string;
  readonly bearer: { readonly authorization: string };
}

let count = 0;
const password = "a stranger's own long sentence";

const signIn = async (email: string): Promise<Stranger> => {
  const { token } = await auth.login({ id: "", email, password });
  const { body } = await auth.call("GET", "/validate", { bearer: token });
  const { id } = body["organization"] as { readonly id: string };
  return { token, organizationId: id, bearer: { authorization: `Bearer ${token}` } };
};

/** As the public forms do it, with a workspace; the address is verified unless said otherwise. */
const register = async (verified = true): Promise<Stranger> => {
  const email = `stranger-${(count += 1)}@example.org`;
  const { status } = await auth.call("POST", "/register", {
    body: { email, password, developerWorkspace: true, createOrganization: true },
    headers: { origin: "http://localhost:3000" },
  });
  expect(status).toBe(202);
  if (verified) {
    await auth.mails.to(email);
    await auth.pool.query("update auth.users set email_verified_at = now() where email = $1", [email]);
  }
  return signIn(email);
};

const admission = (method: "PUT" | "DELETE", organizationId: string, bearer: string, body?: unknown) =>
  auth.call(method, `/api/organizations/${organizationId}/admission`, {
    bearer,
    ...(body === undefined ? {} : { body }),
  });

const codeOf = (text: string): unknown => {
  const { error } = JSON.parse(text) as { readonly error?: { readonly code?: unknown } };
  return error?.code;
};

describe.each([["http"], ["in-process"]])("with Auth over %s", (transport) => {
  let nexus: ConsumingGateway;

  beforeAll(async () => {
    nexus = await openConsumingGateway({
      authUrl: auth.url,
      clientSecret: await auth.server.createServiceClientSecret("srv_nexus"),
      ...(transport === "http" ? {} : { transport: inProcessTransport(auth.server) }),
    });
  });
  afterAll(() => nexus.close());

  const spent = async () => [nexus.sandbox.requests().length, (await nexus.attributed()).length];

  test("a stranger who registers and signs in gets 0 of 30 calls on the platform's key, before and after verifying the address [N1]", async () => {
    const before = await spent();
    for (const verified of [false, true]) {
      const stranger = await register(verified);
      const answers = await Promise.all(Array.from({ length: 30 }, () => nexus.chat(stranger.bearer)));
      expect(new Set(answers.map(({ status, text }) => `${status} ${String(codeOf(text))}`))).toEqual(
        new Set([verified ? "403 NOT_ADMITTED" : "403 SCOPE_DENIED"]),
      );
      const [first] = answers;
      expect(first?.text).toContain(verified ? "operator to admit the organization" : "Verify your e-mail address");
    }
    expect(await spent()).toEqual(before);
  });

  test("neither an API key nor a service token spends for an organization that nobody admitted [N1, N2]", async () => {
    const { token, organizationId } = await register();
    const key = await auth.call("POST", "/api/api-keys", {
      bearer: token,
      body: { name: "own", scopes: ["srv_nexus.ai"] },
    });
    expect(key.status).toBe(201);
    const shared = await nexus.createServiceToken({});
    const before = await spent();
    const answers = await Promise.all([
      nexus.chat({ "x-api-key": textOf(key.body, "apiKey") }),
      nexus.chat({ "x-nexus-service-token": shared, "x-nexus-organization-id": organizationId }),
    ]);
    expect(answers.map(({ status, text }) => [status, codeOf(text)])).toEqual([
      [403, "NOT_ADMITTED"],
      [403, "NOT_ADMITTED"],
    ]);
    expect(await spent()).toEqual(before);
  });

  test("its own vendor key pays at once [N1]", async () => {
    const { bearer } = await register();
    const stored = await nexus.ask("POST", "/api/keys", bearer, {
      vendor: "openai",
      label: "own",
      secret: { apiKey: canaryKey() },
    });
    expect(stored.status).toBeLessThan(300);
    await nexus.runtime.credentials.refresh();
    const { text } = await nexus.ask("GET", "/api/ai/models?vendor=openai", bearer);
    const { models } = JSON.parse(text) as { readonly models: readonly { readonly credentialTier: string | null }[] };
    expect(new Set(models.map(({ credentialTier }) => credentialTier))).toEqual(new Set(["byok"]));
    const others = await nexus.ask("GET", "/api/ai/models?vendor=anthropic", bearer);
    expect(others.text).toContain('"credentialTier":null');
    expect(others.text).not.toContain("platform_default");
  });

  test("admission opens the platform's key within a hard budget that the organization cannot change, and its end closes it [N1]", async () => {
    const { token, bearer, organizationId } = await register();
    expect((await admission("PUT", organizationId, token, {})).status).toBe(403);
    const admitted = await admission("PUT", organizationId, operator, {});
    expect([admitted.status, admitted.body]).toEqual([
      200,
      expect.objectContaining({ admissionLimitNanos: "1000000000", admittedAt: expect.any(String) }),
    ]);
    expect((await nexus.chat(bearer)).status).toBe(200);
    const budgets = async () => {
      const { text } = await nexus.ask("GET", "/api/usage/budgets", bearer);
      return (JSON.parse(text) as { readonly budgets: readonly Record<string, unknown>[] }).budgets;
    };
    const [imposed, ...others] = await budgets();
    expect(others).toEqual([]);
    expect(imposed).toMatchObject({
      scope: "organization",
      period: "month",
      hard: true,
      imposed: true,
      limitNanos: "1000000000",
    });
    const removed = await nexus.ask("DELETE", `/api/usage/budgets/${String(imposed?.["id"])}`, bearer);
    expect([removed.status, codeOf(removed.text)]).toEqual([403, "SCOPE_DENIED"]);
    // A budget of its own beside it, however large, does not replace it.
    const own = { scope: "organization", period: "month", limitNanos: "1000000000000" };
    expect((await nexus.ask("PUT", "/api/usage/budgets", bearer, own)).status).toBe(200);
    expect((await budgets()).map(({ imposed: is, limitNanos }) => [is, limitNanos])).toEqual(
      expect.arrayContaining([
        [true, "1000000000"],
        [false, "1000000000000"],
      ]),
    );

    expect((await admission("PUT", organizationId, operator, { monthlyLimitNanos: "1" })).status).toBe(200);
    const refused = await nexus.chat(bearer);
    expect([refused.status, codeOf(refused.text)]).toEqual([402, "BUDGET_EXCEEDED"]);

    expect((await admission("PUT", organizationId, operator, { monthlyLimitNanos: null })).status).toBe(200);
    expect((await nexus.chat(bearer)).status).toBe(200);
    expect((await budgets()).filter(({ imposed: is }) => is === true)).toEqual([]);

    expect((await admission("DELETE", organizationId, operator)).status).toBe(200);
    const closed = await nexus.chat(bearer);
    expect([closed.status, codeOf(closed.text)]).toEqual([403, "NOT_ADMITTED"]);
    const { rows } = await auth.pool.query<{ action: string }>(
      "select action from auth.audit_events where target = $1 and action like '%admi%' order by occurred_at",
      [organizationId],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      "organization.admit",
      "organization.admit",
      "organization.admit",
      "organization.withdraw-admission",
    ]);
  });

  test("an organization that an operator makes is admitted, one that a person makes is not [N1]", async () => {
    const { token } = await register();
    for (const [bearer, expected] of [
      [token, null],
      [operator, expect.any(String)],
    ] as const) {
      const made = await auth.call("POST", "/api/organizations", { bearer, body: { name: "Made" } });
      expect([made.status, made.body]).toEqual([201, expect.objectContaining({ admittedAt: expected })]);
    }
    for (const id of ["org_admin", "org_topolo"]) {
      const { body } = await auth.call("GET", `/api/organizations/${id}`, { bearer: operator });
      expect([id, body["admittedAt"]]).toEqual([id, expect.any(String)]);
    }
  });
});

test("the sandbox answers an organization that nobody admitted, and no real vendor does [N1]", async () => {
  const options = { authUrl: auth.url, clientSecret: await auth.server.createServiceClientSecret("srv_nexus") };
  const { bearer } = await register();
  for (const [knowsSandbox, expected] of [
    [true, 200],
    [false, 403],
  ] as const) {
    const nexus = await openConsumingGateway({ ...options, knowsSandbox });
    try {
      const { status, text } = await nexus.chat(bearer);
      expect([knowsSandbox, status], text).toEqual([knowsSandbox, expected]);
      expect(nexus.sandbox.requests().length).toBe(knowsSandbox ? 1 : 0);
    } finally {
      await nexus.close();
    }
  }
});

test("an admission and its end reach a gateway that reuses Auth's answers within 250 ms, by the feed [N1, N3]", async () => {
  const nexus = await openConsumingGateway({
    authUrl: auth.url,
    clientSecret: await auth.server.createServiceClientSecret("srv_nexus"),
    cacheMs: 60_000,
    followed: true,
  });
  try {
    await eventually(() => expect(nexus.revocations?.isFresh()).toBe(true));
    const { bearer, organizationId } = await register();
    const answered = async () => {
      const { status, text } = await nexus.chat(bearer);
      return status === 200 ? "answered" : `${status} ${String(codeOf(text))}`;
    };
    const changed = async (method: "PUT" | "DELETE", body?: unknown) => {
      expect((await admission(method, organizationId, operator, body)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 250));
      return answered();
    };
    expect(await answered()).toBe("403 NOT_ADMITTED");
    expect(await changed("PUT", {})).toBe("answered");
    expect(await changed("PUT", { monthlyLimitNanos: "1" })).toBe("402 BUDGET_EXCEEDED");
    expect(await changed("PUT", { monthlyLimitNanos: null })).toBe("answered");
    expect(await changed("DELETE")).toBe("403 NOT_ADMITTED");
  } finally {
    await nexus.close();
  }
});

test("the owners are told when their organization is admitted, and when that ends, and strangers are not [N1]", async () => {
  const owner = await auth.addUser();
  const { organizationId } = await register();
  await auth.pool.query(
    "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, 'owner', 'test')",
    [organizationId, owner.id],
  );
  for (const [method, body, text] of [
    ["PUT", {}, "was admitted to the platform's vendor credentials"],
    ["DELETE", undefined, "was taken back"],
  ] as const) {
    await auth.mails.settled();
    const since = auth.mails.all.length;
    expect((await admission(method, organizationId, operator, body)).status).toBe(200);
    expect((await admission(method, organizationId, "nonsense", body)).status).toBe(401);
    await auth.mails.settled();
    const told = auth.mails.all.slice(since).filter((mail) => mail.text.includes(text));
    expect(told.map(({ to }) => to)).toContain(owner.email);
    expect(new Set(told.map(({ to }) => to)).size).toBe(told.length);
  }
});

test("operators list who waits and who is admitted, and others cannot [N1]", async () => {
  const { token, organizationId } = await register();
  const list = async (bearer: string, view: string) => {
    const { status, body } = await auth.call("GET", `/api/organizations?scope=all&limit=100&admission=${view}`, {
      bearer,
    });
    const found = (body["organizations"] ?? []) as readonly { readonly id: string }[];
    return [status, found.some(({ id }) => id === organizationId)];
  };
  expect(await list(token, "waiting")).toEqual([403, false]);
  expect([await list(operator, "waiting"), await list(operator, "admitted")]).toEqual([
    [200, true],
    [200, false],
  ]);
  expect((await admission("PUT", organizationId, operator, {})).status).toBe(200);
  expect([await list(operator, "waiting"), await list(operator, "admitted")]).toEqual([
    [200, false],
    [200, true],
  ]);
  expect(await list(operator, "nobody")).toEqual([400, false]);
});

test("without a budget for admissions an operator says how much, and fractions and words are refused [N1]", async () => {
  const own = await startTestAuth();
  try {
    const admin = await own.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
    const { token } = await own.login(admin);
    const organizationId = await own.addOrganization();
    const put = async (body: unknown) => {
      const answer = await own.call("PUT", `/api/organizations/${organizationId}/admission`, { bearer: token, body });
      return [answer.status, (answer.body["error"] as { readonly code?: string } | undefined)?.code];
    };
    expect(await put({})).toEqual([409, "admission_budget_required"]);
    for (const monthlyLimitNanos of ["1.5", "-1", "ten", "4000000000000000001", 5])
      expect(await put({ monthlyLimitNanos })).toEqual([400, "invalid_request"]);
    expect(await put({ monthlyLimitNanos: "5" })).toEqual([200, undefined]);
  } finally {
    await own.close();
  }
});

import { createAuthMiddleware, httpTransport, type AuthTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import { createTokenAsOperator } from "../../test/create-token-as-operator.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";
import { revokeServiceToken, rotateServiceToken } from "../domain/service-tokens/index.ts";
import { openChangeTeller } from "./tell-auth.ts";

let auth: TestAuth;
let nexus: ConsumingGateway;
let teller: ReturnType<typeof openChangeTeller>;
let owner: TestUser;
let second: TestUser;
let bearer: string;
/** How Auth is reached. */
let road: "well" | "down" | "answers get lost" = "well";
let reached = 0;

const http = httpTransport();
const transport: AuthTransport = async (...asked) => {
  if (road === "down") throw new TypeError("fetch failed");
  reached += 1;
  const answer = await http(...asked);
  if (road === "answers get lost") throw new TypeError("fetch failed");
  return answer;
};

beforeAll(async () => {
  auth = await startTestAuth();
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret });
  teller = openChangeTeller({
    auth: createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_nexus", clientSecret, transport }),
    deps: nexus.deps,
  });
});
afterAll(async () => {
  await teller.close();
  await nexus.close();
  await auth.close();
});
beforeEach(async () => {
  road = "well";
  const organizationId = await auth.addOrganization();
  owner = await auth.addUser({ organizationId, role: "owner" });
  second = await auth.addUser({ organizationId, role: "owner" });
  bearer = (await auth.login(owner)).token;
});

const ask = async (method: string, path: string, body: object = {}): Promise<Readonly<Record<string, unknown>>> => {
  const { status, text } = await nexus.ask(
    method,
    path,
    { authorization: `Bearer ${bearer}` },
    method === "DELETE" ? undefined : body,
  );
  expect(status, text).toBe(200);
  return JSON.parse(text) as Record<string, unknown>;
};

const untold = async (): Promise<number> =>
  (await nexus.deps.db.pool.query<{ n: number }>("select count(*)::int as n from nexus.untold_change")).rows[0]?.n ?? 0;

/** Who has been mailed what, of things called so, once Auth has been told of everything. */
const told = async (name: string): Promise<readonly string[]> => {
  await teller.run();
  expect(await untold()).toBe(0);
  await auth.mails.settled();
  return auth.mails.all
    .map(({ to, text }) => `${to} ${new RegExp(`The (.* "${name}" was \\w+) by`).exec(text)?.[1] ?? ""}`)
    .filter((mail) => mail.includes(name))
    .sort();
};

const toBoth = (said: string): readonly string[] => [`${owner.email} ${said}`, `${second.email} ${said}`].sort();

test("the person and the owners are mailed when a vendor key is stored, replaced, disabled and deleted [X6]", async () => {
  const made = await ask("POST", "/api/keys", {
    vendor: "openai",
    label: "Night runs",
    secret: { apiKey: "sk-test-00000001" },
  });
  const id = textOf(made, "id");
  expect(await told("openai Night runs")).toEqual(toBoth('vendor key "openai Night runs" was stored'));
  await ask("POST", `/api/keys/${id}/rotate`, { secret: { apiKey: "sk-test-00000002" } });
  await ask("POST", `/api/keys/${id}/status`, { status: "disabled" });
  await ask("DELETE", `/api/keys/${id}`);
  const each = ["stored", "replaced", "disabled", "deleted"];
  expect(await told("openai Night runs")).toEqual(
    each.flatMap((done) => toBoth(`vendor key "openai Night runs" was ${done}`)).sort(),
  );
  expect(JSON.stringify(auth.mails.all)).not.toContain("sk-test");
});

test("and the owners of every organization it acts for, when an operator makes, replaces and revokes a service token [X6]", async () => {
  const elsewhere = await auth.addUser({ organizationId: await auth.addOrganization(), role: "owner" });
  const { rows } = await auth.pool.query<{ id: string }>(
    "select organization_id as id from auth.organization_memberships where user_id = any($1)",
    [[owner.id, elsewhere.id]],
  );
  const { serviceToken } = await createTokenAsOperator(
    { ...nexus.deps, directory: nexus.directory },
    {
      label: "Crm backend",
      organizations: rows.map(({ id }) => id),
      apps: "all",
      permissions: ["srv_nexus.ai:invoke"],
    },
  );
  await rotateServiceToken(nexus.deps, operatorNamed("ann"), { id: serviceToken.id });
  await revokeServiceToken(nexus.deps, operatorNamed("ann"), { id: serviceToken.id });
  expect(await told("Crm backend")).toEqual(
    ["created", "replaced", "revoked"]
      .flatMap((done) =>
        [owner, second, elsewhere].map(({ email }) => `${email} service token "Crm backend" was ${done}`),
      )
      .sort(),
  );
  expect(auth.mails.all.at(-1)?.text).toContain("by an operator");
});

test("a token for every organization is the platform's matter [X6]", async () => {
  const admin = await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" });
  await createTokenAsOperator(
    { ...nexus.deps, directory: nexus.directory },
    {
      label: "Everywhere",
      organizations: "all",
      apps: "all",
      permissions: ["srv_nexus.ai:invoke"],
    },
  );
  expect(await told("Everywhere")).toEqual([`${admin.email} service token "Everywhere" was created`]);
});

test("while Auth is away the change is made, and is mailed once when Auth is back [X6]", async () => {
  road = "down";
  await ask("POST", "/api/keys", { vendor: "openai", label: "Away", secret: { apiKey: "sk-test-00000003" } });
  await expect(teller.run()).rejects.toThrow();
  expect(await untold()).toBe(1);
  road = "well";
  expect(await told("openai Away")).toEqual(toBoth('vendor key "openai Away" was stored'));
});

test("where the answer is lost, it is told again and mailed once [X6]", async () => {
  road = "answers get lost";
  const before = reached;
  await ask("POST", "/api/keys", { vendor: "openai", label: "Lost", secret: { apiKey: "sk-test-00000004" } });
  await expect(teller.run()).rejects.toThrow();
  await expect(teller.run()).rejects.toThrow();
  expect(reached - before).toBeGreaterThanOrEqual(2);
  road = "well";
  expect(await told("openai Lost")).toEqual(toBoth('vendor key "openai Lost" was stored'));
});

test("a change of an organization that no longer uses Nexus holds up no other [X6]", async () => {
  await ask("POST", "/api/keys", { vendor: "openai", label: "Kept", secret: { apiKey: "sk-test-00000005" } });
  await nexus.deps.db.pool.query(
    `with event as (insert into nexus.audit_event (id, organization_id, actor_kind, actor_id, action, target)
       values ($1, 'org_gone', 'user', 'usr_gone', 'key.create', 'vkey_gone') returning id)
     insert into nexus.untold_change (id, event_id, organization_id) select id, id, 'org_gone' from event`,
    ["00000000-0000-7000-8000-000000000001"],
  );
  expect(await told("openai Kept")).toEqual(toBoth('vendor key "openai Kept" was stored'));
});

test("what is not made is not told [X6]", async () => {
  await teller.run();
  const refused = await nexus.ask(
    "POST",
    "/api/keys",
    { authorization: `Bearer ${bearer}` },
    { vendor: "none", label: "Refused", secret: { apiKey: "sk-test-00000006" } },
  );
  expect(refused.status).toBe(400);
  expect(await untold()).toBe(0);
});

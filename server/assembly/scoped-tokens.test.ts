import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { everyPermission } from "../../test/listening-gateway.ts";
import { askForAccess, signInAgain } from "../../test/oauth-browser.ts";
import { addClient, addThirdParty, postClientForm, tokenPath, type TestClient } from "../../test/oauth-client.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { askOverRest, sendRaw } from "../../test/send-raw.ts";
import { listProcedures } from "../transport/trpc/procedure-list.ts";

let auth: TestAuth;
let nexus: ConsumingGateway;
let partner: TestClient;
let ownProgram: TestClient;
let ownWeb: TestClient;
let owner: TestUser;
let cookie: string;

const permissions = [...everyPermission()].sort();
const procedures = listProcedures();

beforeAll(async () => {
  auth = await startTestAuth();
  await addThirdParty(auth, "srv_partner", ["srv_nexus"]);
  partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner", scopes: permissions });
  ownWeb = await addClient(auth, { clientId: "own-web" });
  ownProgram = await addClient(auth, { clientId: "own-cli", type: "native", redirectUris: ["http://127.0.0.1/cb"] });
  owner = await auth.addUser({ role: "owner" });
  ({ cookie } = await auth.login(owner));
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  // Auth and Nexus know the third party's app from here on.
  auth.clock.advance(1_100);
  nexus = await openConsumingGateway({ authUrl: auth.url, clientSecret });
}, 60_000);
afterAll(async () => {
  await nexus.close();
  await auth.close();
});

const byCode = async (client: TestClient, scope: string): Promise<string> => {
  const asked = await askForAccess(auth, client, cookie, { scope, prompt: "consent" });
  return textOf((await asked.allow()).body, "access_token");
};

const byDevice = async (client: TestClient, scope: string): Promise<string> => {
  const { body } = await postClientForm(auth, "/oauth/device", client, { scope });
  await auth.call("POST", "/api/device/decide", {
    cookie,
    headers: { "x-topolo-auth": "1" },
    body: { userCode: textOf(body, "user_code"), decision: "allow" },
  });
  const tokens = await postClientForm(auth, tokenPath, client, {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: textOf(body, "device_code"),
  });
  return textOf(tokens.body, "access_token");
};

const askWith = async (credential: Readonly<Record<string, string>>, name: string): Promise<string> => {
  const procedure = procedures.find((one) => one.name === name);
  if (!procedure) throw new Error(`no procedure ${name}`);
  const request = askOverRest(procedure, procedureInputs[name] ?? {});
  return (await sendRaw(nexus.port, { ...request, headers: { ...request.headers, ...credential } })).text;
};

const ask = (bearer: string, name: string): Promise<string> => askWith({ authorization: `Bearer ${bearer}` }, name);

/** The procedures that do not refuse the token for want of a permission; some ask for more than a permission. */
const openedBy = async (bearer: string, among = procedures): Promise<readonly string[]> => {
  const asked = among.map(async ({ name, permissions: needed }) => {
    const text = await ask(bearer, name);
    const isRefused = text.includes('"code":"SCOPE_DENIED"') && text.includes(needed.join(" or "));
    return isRefused ? [] : [name];
  });
  return (await Promise.all(asked)).flat().sort();
};

const used = [...new Set(procedures.flatMap(({ permissions: needed }) => needed))].sort();
const namesWith = (permission: string): readonly string[] =>
  procedures
    .filter(({ permissions: needed }) => needed.some((one) => one === permission))
    .map(({ name }) => name)
    .sort();

describe("client × scope × procedure", () => {
  test.each(used.map((permission, turn) => [permission, turn] as const))(
    "a third party's web app and device granted %s open its procedures and no others",
    async (permission, turn) => {
      const own = namesWith(permission);
      expect(await openedBy(await byCode(partner, `openid ${permission}`))).toEqual(own);
      // A token of the same kind, however it came: the procedures that it must not open are tried in turn.
      const tried = procedures.filter(({ name }, index) => own.includes(name) || (index + turn) % 4 === 0);
      expect(await openedBy(await byDevice(partner, `openid ${permission}`), tried)).toEqual(own);
    },
  );

  test("with openid alone a third party's token opens nothing, and Nexus is not its audience", async () => {
    const token = await byCode(partner, "openid profile email offline_access");
    for (const { name } of procedures)
      expect([name, await ask(token, name)]).toEqual([name, expect.stringContaining('"code":"UNAUTHENTICATED"')]);
  });

  test("in its own name a third party's app does nothing, in an organization that uses it either", async () => {
    const backend = await addClient(auth, {
      clientId: "partner-backend",
      serviceId: "srv_partner",
      type: "confidential",
      scopes: permissions,
    });
    const { body } = await postClientForm(auth, tokenPath, backend, { grant_type: "client_credentials" });
    await auth.pool.query(
      "insert into auth.organization_service_access (organization_id, service_id, granted_by) values ('org_topolo', 'srv_partner', 'system')",
    );
    const asApp = { "x-nexus-service-token": textOf(body, "access_token"), "x-nexus-organization-id": "org_topolo" };
    for (const { name } of procedures)
      expect([name, await askWith(asApp, name)]).toEqual([name, expect.stringContaining('"code":"SCOPE_DENIED"')]);
  });

  test("our own web app and program open all that an owner may do; a program stands for no sign-in", async () => {
    const web = textOf((await signInAgain(auth, ownWeb, cookie, "openid")).body, "access_token");
    expect(await openedBy(web)).toEqual(procedures.map(({ name }) => name).sort());
    const program = await byDevice(ownProgram, "openid");
    expect(await openedBy(program)).toEqual(procedures.map(({ name }) => name).sort());
    const told = await Promise.all([ask(web, "keys.create"), ask(program, "keys.create")]);
    expect(told.map((text) => text.includes("reauthentication"))).toEqual([false, true]);
  });
});

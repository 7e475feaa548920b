import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/logger.ts";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { openAppRegistry } from "../index.ts";
import { findHandoffTarget } from "./redirect-target.ts";

const grantType = "urn:topolo:params:oauth:grant-type:handoff-code";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth({ localAddresses: true });
});
afterAll(() => auth.close());

interface Listed {
  readonly id: string;
  readonly launch_url: string;
}

const listOf = async (bearer: string): Promise<readonly Listed[]> => {
  const { body } = await auth.call("GET", "/api/app-switcher/services", { bearer });
  return body.services as readonly Listed[];
};

const openAt = (bearer: string, service_id: string, redirect_uri: string) =>
  auth.call("POST", "/sso/handoff-code", { bearer, body: { service_id, redirect_uri } });

const redeem = (serviceId: string, code: string, address: string, cookie: string) =>
  auth.call("POST", "/sso/exchange", {
    cookie,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-topolo-auth": "1",
      origin: new URL(address).origin,
    },
    body: new URLSearchParams({
      grant_type: grantType,
      client_id: serviceId,
      code,
      redirect_uri: address,
    }).toString(),
  });

const addLocally = async (slug: string, origin: string) => {
  const registry = await openAppRegistry({ databaseUrl: auth.databaseUrl, clock: systemClock, log: silentLogger });
  const dev = { origin, redirectUri: `${origin}/auth/callback` };
  try {
    return await registry.add({ slug, name: undefined, dev, resourceTypes: [], organizationIds: ["org_topolo"] });
  } finally {
    await registry.close();
    auth.clock.advance(1_100);
  }
};

describe("every app of the switcher's list is opened at its launch address", () => {
  const handOver = async () => {
    const user = await auth.addUser({ role: "owner" });
    const { token, cookie } = await auth.login(user);
    const listed = await listOf(token);
    expect(listed.length).toBeGreaterThan(5);
    for (const { id, launch_url: address } of listed) {
      const opened = await openAt(token, id, address);
      expect([id, opened.status]).toEqual([id, 200]);
      const url = new URL(textOf(opened.body, "url"));
      const code = url.searchParams.get("code") ?? "";
      url.searchParams.delete("code");
      expect(url.href).toBe(address);
      expect(await redeem(id, code, address, cookie)).toMatchObject({
        status: 200,
        body: { serviceId: id, user: { id: user.id } },
      });
    }
    return listed;
  };

  test("as the manifests say, and nowhere near it [D3, E3]", async () => {
    const listed = await handOver();
    const { token } = await auth.login(await auth.addUser({ role: "owner" }));
    for (const { id, launch_url: address } of listed)
      for (const other of [
        `${address}x`,
        `${address}?x=1`,
        address.replace("https://", "https://evil."),
        `${address}#x`,
      ])
        expect((await openAt(token, id, other)).status).toBe(400);
  });

  test("while it is developed, and where an operator has added it [D3]", async () => {
    await addLocally("custom-app", "http://localhost:5173");
    await addLocally("bugfix", "http://localhost:5174");
    const listed = await handOver();
    expect(listed).toContainEqual(
      expect.objectContaining({ id: "srv_custom_app", launch_url: "http://localhost:5173/", launchable: true }),
    );
    expect(listed).toContainEqual(expect.objectContaining({ id: "srv_bugfix", launch_url: "http://localhost:5174/" }));
  });
});

test("an app of a third party is opened without a code, and gets no session by a handoff [F5]", async () => {
  await auth.pool.query(
    `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, launch_url, first_party)
     values ('srv_third', 'third', 'Third', '', 'application', 'apps', true, 'https://third.example.com/', false)`,
  );
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('third-web', 'srv_third', 'public', 'none', '{https://third.example.com/callback}', array[$1])",
    [grantType],
  );
  await auth.pool.query(
    "insert into auth.organization_service_access (organization_id, service_id, granted_by) values ('org_topolo', 'srv_third', 'test')",
  );
  auth.clock.advance(1_100);
  const { token } = await auth.login(await auth.addUser({ role: "owner" }));
  expect(await openAt(token, "srv_third", "https://third.example.com/")).toMatchObject({
    status: 200,
    body: { url: "https://third.example.com/", expires_at: null },
  });
  expect((await openAt(token, "srv_third", "https://evil.example.com/")).status).toBe(400);
});

test("an address that browsers spell otherwise is stored as they spell it", () => {
  const at = (address: string, redirectUri: string) =>
    findHandoffTarget({ opensAt: address, launchUrl: address }, ["https://app.example.com/callback"], redirectUri);
  expect(at("https://app.example.com", "https://app.example.com")).toBe("https://app.example.com/");
  expect(at("https://app.example.com", "https://app.example.com/")).toBe("https://app.example.com/");
  expect(at("https://app.example.com/?tab=1", "https://app.example.com/?tab=1")).toBe("https://app.example.com/?tab=1");
  for (const refused of ["https://app.example.com/?code=1", "http://app.example.com/", "https://a@app.example.com/"])
    expect(at(refused, refused)).toBeUndefined();
});

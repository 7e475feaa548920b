import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { addClient, authorizePath, pkce, postClientForm, type TestClient } from "../../../test/oauth-client.ts";

const perMinute = 3;
let auth: TestAuth;
let client: TestClient;

beforeAll(async () => {
  auth = await startTestAuth({ limits: { perAddressPerMinute: perMinute }, trustedProxies: 1 });
  client = await addClient(auth, { clientId: "limited-web" });
});
afterAll(() => auth.close());

const rowsOf = async (model: string): Promise<number | null> =>
  (await auth.pool.query("select from auth.oidc_payloads where model = $1", [model])).rowCount;

describe("rows that anonymous callers create are limited", () => {
  test("a device sign-in can be started a few times a minute", async () => {
    const answers = await Promise.all(
      Array.from({ length: perMinute + 2 }, () => postClientForm(auth, "/oauth/device", client, { scope: "openid" })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 200, 429, 429]);
    expect(await rowsOf("DeviceCode")).toBe(perMinute);
    auth.clock.advance(61_000);
    expect((await postClientForm(auth, "/oauth/device", client, { scope: "openid" })).status).toBe(200);
  });

  test("a sign-in at an app ten times as often, since many people share a network address", async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: perMinute * 10 + 2 },
        async () => (await auth.call("GET", authorizePath(client, pkce().challenge))).status,
      ),
    );
    expect(statuses.filter((status) => status === 303)).toHaveLength(perMinute * 10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    expect(await rowsOf("Interaction")).toBe(perMinute * 10);
  });
});

describe("behind one trusted proxy [RFC 9700 §4.13]", () => {
  const attempt = async (forwarded: string): Promise<number> => {
    const answer = await auth.call("POST", "/email/verify", {
      body: { token: "x".repeat(43) },
      headers: { "x-forwarded-for": forwarded },
    });
    return answer.status;
  };

  test("the address is the one the proxy saw, whatever the caller wrote before it", async () => {
    const statuses: number[] = [];
    for (let guess = 1; guess <= perMinute + 1; guess += 1)
      statuses.push(await attempt(`198.51.100.${guess}, 203.0.113.7`));
    expect(statuses).toEqual([400, 400, 400, 429]);
    expect(await attempt("203.0.113.7, 203.0.113.8")).toBe(400);
  });
});

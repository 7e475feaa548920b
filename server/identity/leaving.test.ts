import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

const ask = async (path: string) => {
  const answer = await fetch(`${auth.url}${path}`);
  return { status: answer.status, connection: answer.headers.get("connection"), body: await answer.json() };
};

test("Auth that is about to end says so, answers all the same, and ends each connection with its answer", async () => {
  expect(await ask("/health/ready")).toMatchObject({
    status: 200,
    connection: "keep-alive",
    body: { status: "ready" },
  });
  auth.server.leave();
  expect(await ask("/health/ready")).toMatchObject({ status: 503, connection: "close", body: { status: "draining" } });
  expect(await ask("/.well-known/jwks.json")).toMatchObject({ status: 200, connection: "close" });
});

test("a secret that the operator chose is one of the client, and its like are not made again and again", async () => {
  const chosen = "chosen by the operator, for every process";
  const authorization = `Basic ${Buffer.from(`srv_nexus:${chosen}`).toString("base64")}`;
  const validate = () =>
    fetch(`${auth.url}/api/api-keys/validate`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-service-id": "srv_nexus", authorization },
      body: JSON.stringify({ apiKey: "tpk_live_none" }),
    });
  expect((await validate()).status).toBe(401);
  for (let start = 0; start < 3; start += 1) await auth.server.acceptServiceClientSecret("srv_nexus", chosen);
  const { rows } = await auth.pool.query(
    "select count(*)::int as lasting from auth.service_client_secrets where client_id = 'srv_nexus' and expires_at is null",
  );
  expect(rows).toEqual([{ lasting: 1 }]);
  expect(await (await validate()).json()).toMatchObject({ valid: false, code: "api_key_invalid" });
});

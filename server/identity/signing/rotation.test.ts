import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { createAuthServer, type AuthServer } from "../index.ts";
import { silentLogger } from "../../platform/logger.ts";

const day = 24 * 3_600_000;
const minute = 60_000;

let auth: TestAuth;
const others: AuthServer[] = [];

beforeEach(async () => {
  auth = await startTestAuth({ signingKeyPeriodMs: day });
});
afterEach(async () => {
  await Promise.all(others.splice(0).map((server) => server.close(500)));
  await auth.close();
});

const anotherProcess = async (keys: { encryptionKey?: Buffer; previous?: Buffer[] } = {}): Promise<AuthServer> => {
  const server = await createAuthServer({
    databaseUrl: auth.databaseUrl,
    publicUrl: "http://localhost:3001",
    encryptionKey: keys.encryptionKey ?? Buffer.alloc(32, 7),
    ...(keys.previous ? { previousEncryptionKeys: keys.previous } : {}),
    signingKeyPeriodMs: day,
    clock: auth.clock,
    log: silentLogger,
  });
  others.push(server);
  return server;
};
const publishedBy = async (server: Pick<AuthServer, "fetch">): Promise<string[]> => {
  const answer = await server.fetch(new Request("http://localhost:3001/.well-known/jwks.json"));
  const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
  return keys.map(({ kid }) => String(kid));
};
const stored = async (): Promise<Record<string, string[]>> => {
  const { rows } = await auth.pool.query<{ status: string; kids: string[] }>(
    "select status, array_agg(kid order by created_at) as kids from auth.signing_keys group by status",
  );
  return Object.fromEntries(rows.map(({ status, kids }) => [status, kids]));
};
const rotations = async (): Promise<number> => {
  const { rows } = await auth.pool.query(
    "select count(*)::int as count from auth.audit_events where action = 'signing-key.rotate'",
  );
  return Number(rows[0]?.count);
};

test("signing keys follow the schedule: next, active, retiring, retired", async () => {
  const first = await stored();
  expect(Object.keys(first).sort()).toEqual(["active", "next"]);
  await auth.server.runHousekeeping();
  expect(await stored()).toEqual(first);

  auth.clock.advance(day + minute);
  await auth.server.runHousekeeping();
  const second = await stored();
  expect(second).toMatchObject({ retiring: first.active, active: first.next });
  expect((await publishedBy(auth.server)).sort()).toEqual(
    [...(second.retiring ?? []), ...(second.active ?? []), ...(second.next ?? [])].sort(),
  );
  const { token } = await auth.login(await auth.addUser({ role: "member" }));
  expect(decodeProtectedHeader(token).kid).toBe(second.active?.[0]);

  auth.clock.advance(16 * minute);
  await auth.server.runHousekeeping();
  const third = await stored();
  expect(third).toMatchObject({ retired: first.active, active: second.active, next: second.next });
  expect(await publishedBy(auth.server)).not.toContain(first.active?.[0]);
  const { rows } = await auth.pool.query("select private_jwk_sealed from auth.signing_keys where status = 'retired'");
  expect(rows).toEqual([{ private_jwk_sealed: "" }]);
});

test("a token of a retiring key is valid until it expires", async () => {
  const { token } = await auth.login(await auth.addUser({ role: "member" }));
  const validate = () => auth.call("GET", "/validate", { bearer: token });
  await auth.server.rotateSigningKey();
  expect((await validate()).status).toBe(200);
  auth.clock.advance(10 * minute - 1_000);
  await auth.server.runHousekeeping();
  expect((await validate()).status).toBe(200);
  auth.clock.advance(32_000);
  expect(await validate()).toMatchObject({ status: 401, body: { error: "token_expired" } });
  auth.clock.advance(10 * minute);
  await auth.server.runHousekeeping();
  expect(await validate()).toMatchObject({ status: 401, body: { error: "token_invalid" } });
});

test("parallel rotations by several processes rotate once", async () => {
  const processes = [auth.server, await anotherProcess(), await anotherProcess()];
  const before = await rotations();
  auth.clock.advance(day + minute);
  await Promise.all(processes.map((server) => server.runHousekeeping()));
  expect(await rotations()).toBe(before + 1);
  await Promise.all(processes.map((server) => server.runHousekeeping()));
  const sets = await Promise.all(processes.map(publishedBy));
  expect(sets[0]).toHaveLength(3);
  for (const set of sets) expect(set).toEqual(sets[0]);
});

test("a process accepts tokens of a key that another has just activated", async () => {
  const other = await anotherProcess();
  await other.rotateSigningKey();
  await other.rotateSigningKey();
  auth.clock.advance(minute + 1_000);
  const user = await auth.addUser({ role: "member" });
  const answer = await other.fetch(
    new Request("http://localhost:3001/login", {
      method: "POST",
      headers: { "content-type": "application/json", "x-service-id": "srv_nexus" },
      body: JSON.stringify({ email: user.email, password: user.password }),
    }),
  );
  const { accessToken } = (await answer.json()) as { accessToken: string };
  expect((await auth.call("GET", "/validate", { bearer: accessToken })).status).toBe(200);
});

test("a key that was just published does not sign yet", async () => {
  await auth.pool.query("update auth.signing_keys set activated_at = '2020-01-01' where status = 'active'");
  await auth.server.runHousekeeping();
  expect(await rotations()).toBe(1);
  auth.clock.advance(6 * minute);
  await auth.server.runHousekeeping();
  expect(await rotations()).toBe(2);
});

test("signing keys are re-encrypted under a new encryption key, and the old one can be removed", async () => {
  const { token } = await auth.login(await auth.addUser({ role: "member" }));
  const fresh = Buffer.alloc(32, 9);
  await expect(anotherProcess({ encryptionKey: fresh })).rejects.toThrow("sealed under another encryption key");
  await anotherProcess({ encryptionKey: fresh, previous: [Buffer.alloc(32, 7)] });
  const alone = await anotherProcess({ encryptionKey: fresh });
  const answer = await alone.fetch(
    new Request("http://localhost:3001/validate", { headers: { authorization: `Bearer ${token}` } }),
  );
  expect(answer.status).toBe(200);
  const { rows } = await auth.pool.query("select details from auth.audit_events where action = 'signing-key.reseal'");
  expect(rows).toEqual([{ details: { count: 2 } }]);
});

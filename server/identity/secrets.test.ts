import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../test/auth-server.ts";
import { createLogger, silentLogger } from "../platform/logger.ts";
import { openAuthDatabase } from "./database/store.ts";

let folder: string;
let auth: TestAuth;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "auth-log-"));
  auth = await startTestAuth({ log: createLogger({ name: "auth", level: "trace", destination: join(folder, "log") }) });
});
afterAll(async () => {
  await auth.close();
  await rm(folder, { recursive: true });
});

/** Every row of every table of the schema, as text. */
const dump = async (): Promise<string> => {
  const { rows: tables } = await auth.pool.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'auth'",
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) =>
      (await auth.pool.query(`select row_to_json(t)::text as row from auth.${name} t`)).rows
        .map(({ row }) => row)
        .join("\n"),
    ),
  );
  return texts.join("\n");
};

test("no credential is logged or stored in the clear", async () => {
  const link = await auth.server.issueBootstrapLink();
  const setupToken = new URL(link?.url ?? "").searchParams.get("token") ?? "";
  const password = "canary-password-7f3a";
  const service = { "x-service-id": "srv_nexus", "x-topolo-auth": "1" };
  await auth.call("POST", "/setup", { body: { token: setupToken, email: "root@example.com", name: "Root", password } });
  await auth.call("POST", "/login", {
    body: { email: "root@example.com", password: "canary-wrong-81bc" },
    headers: service,
  });
  const login = await auth.call("POST", "/login", { body: { email: "root@example.com", password }, headers: service });
  const token = textOf(login.body, "accessToken");
  const refreshed = await auth.call("POST", "/refresh", { cookie: login.cookie ?? "", headers: service });
  const made = await auth.call("POST", "/api/api-keys", {
    bearer: token,
    body: { name: "k", scopes: ["srv_nexus.ai"] },
  });
  const { apiKey: shared } = await auth.server.createOrganizationApiKey({
    organizationId: "org_topolo",
    name: "k",
    scopes: ["srv_nexus.ai"],
  });
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  const basic = `Basic ${Buffer.from(`srv_nexus:${clientSecret}`).toString("base64")}`;
  await auth.call("POST", "/api/api-keys/validate", { body: { apiKey: shared }, headers: { authorization: basic } });
  // An unforeseen failure is logged: with everything the request carried at hand.
  await auth.pool.query("alter table auth.sessions rename to sessions_away");
  expect((await auth.call("GET", "/validate", { bearer: token, cookie: refreshed.cookie ?? "" })).status).toBe(500);
  await auth.pool.query("alter table auth.sessions_away rename to sessions");

  const cookies = [login.cookie, refreshed.cookie].map((cookie) => cookie?.split("=")[1] ?? "");
  const canaries = [
    setupToken,
    password,
    "canary-wrong-81bc",
    token,
    token.split(".")[2] ?? "",
    ...cookies,
    textOf(made.body, "apiKey").slice(-49),
    shared.slice(-49),
    clientSecret,
    basic.slice(6),
  ];
  await expect.poll(async () => (await readFile(join(folder, "log"), "utf8")).includes("request failed")).toBe(true);
  const places = { log: await readFile(join(folder, "log"), "utf8"), database: await dump() };
  expect(places.database).toContain("root@example.com");
  for (const canary of canaries) {
    expect(canary.length).toBeGreaterThan(15);
    for (const [place, text] of Object.entries(places))
      expect(text.includes(canary), `${canary.slice(0, 4)}… in the ${place}`).toBe(false);
  }
  expect(places.database).not.toMatch(/"d":/);
});

test("audit rows cannot be changed, neither by Auth's role nor by the owner of the tables", async () => {
  await auth.login(await auth.addUser({ role: "member" }));
  const statements = [
    "update auth.audit_events set outcome = 'success'",
    "delete from auth.audit_events",
    "truncate auth.audit_events",
  ];
  for (const statement of statements) await expect(auth.pool.query(statement)).rejects.toThrow();
  const client = await auth.pool.connect();
  try {
    await client.query("set role auth_app");
    for (const statement of statements) await expect(client.query(statement)).rejects.toThrow("permission denied");
    await expect(client.query("alter table auth.audit_events disable trigger all")).rejects.toThrow("must be owner");
    await client.query("select count(*) from auth.audit_events");
  } finally {
    await client.query("reset role");
    client.release();
  }
  const db = await openAuthDatabase({ connectionString: auth.databaseUrl, log: silentLogger, maxConnections: 1 });
  expect((await db.pool.query("select current_user as role")).rows).toEqual([{ role: "auth_app" }]);
  await db.close();
});

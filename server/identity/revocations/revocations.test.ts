import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { followRevocations, type RevocationFeed } from "@topolo/auth-middleware";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { addClient, addThirdParty } from "../../../test/oauth-client.ts";
import { signInWithConsent } from "../../../test/oauth-browser.ts";
import { silentLogger } from "../../platform/logger.ts";
import { openAuthDatabase, type AuthDatabase } from "../database/store.ts";
import { purgeExpired } from "../housekeeping/store.ts";
import { ChangeRing } from "./change-ring.ts";
import { eventually } from "../../../test/eventually.ts";

let auth: TestAuth;
let db: AuthDatabase;
let clientSecret: string;
let feed: RevocationFeed;
const heard = new Set<string>();

beforeAll(async () => {
  auth = await startTestAuth();
  db = await openAuthDatabase({ connectionString: auth.databaseUrl, log: silentLogger, maxConnections: 2 });
  clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  feed = followRevocations({ authUrl: auth.url, serviceId: "srv_nexus", clientSecret });
  feed.on((changed) => {
    for (const subject of changed === "everything" ? ["everything"] : changed) heard.add(subject);
  });
  await eventually(() => expect(feed.isFresh()).toBe(true));
});
afterAll(async () => {
  feed.close();
  await db.close();
  await auth.close();
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const toHear = (subject: string) => eventually(() => expect([...heard]).toContain(subject));

/** Tables that statements name. */
const tablesIn = (source: string): string[] =>
  Array.from(source.matchAll(/\b(?:from|join) auth\.(\w+)/g), ([, table = ""]) => table);

test("every table that a validation reads publishes its changes, by itself or by the version that they raise", async () => {
  const root = join(import.meta.dirname, "..");
  const sources = await Promise.all(
    ["validation/store.ts", "permissions/store.ts"].map((file) => readFile(join(root, file), "utf8")),
  );
  const read = new Set(sources.flatMap((source) => tablesIn(source)));
  // A cookie counts at Auth alone, where nobody reuses an answer about it.
  read.delete("refresh_tokens");
  expect(read.size).toBeGreaterThan(10);
  const { rows } = await auth.pool.query<{ table: string }>(
    `select distinct c.relname as table from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where p.proname in ('publish_change', 'bump_organization', 'bump_catalog') and c.relnamespace = 'auth'::regnamespace`,
  );
  const published = new Set(rows.map(({ table }) => table));
  expect([...read].filter((table) => !published.has(table))).toEqual([]);
});

test("a use, a renewal and a sign-in publish nothing", async () => {
  const user = await auth.addUser({ role: "member" });
  const { rows: before } = await auth.pool.query("select count(*) from auth.revocation_feed");
  const { cookie } = await auth.login(user);
  const headers = { "x-topolo-auth": "1", "x-service-id": "srv_nexus" };
  expect((await auth.call("POST", "/refresh", { cookie, headers })).status).toBe(200);
  const { rows: after } = await auth.pool.query("select count(*) from auth.revocation_feed");
  expect(after).toEqual(before);
});

test("withdrawn consent and a revoked token are told by the token's id", async () => {
  await addThirdParty(auth, "srv_partner");
  const partner = await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner" });
  auth.clock.advance(1_100);
  const user = await auth.addUser({ role: "member" });
  const { accessToken, cookie } = await signInWithConsent(auth, partner, user);
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString()) as { jti: string };
  const ended = await auth.call("DELETE", "/api/me/consents/partner-web", {
    cookie,
    headers: { "x-topolo-auth": "1" },
  });
  expect(ended.status).toBe(200);
  await toHear(claims.jti);
  await toHear(user.id);
});

test("a change of the catalogue concerns everything", async () => {
  heard.clear();
  await auth.pool.query("update auth.services set description = description || '.' where id = 'srv_bugfix'");
  await toHear("everything");
});

test("a lost connection to the database begins a new sequence, and nothing that follows is missed", async () => {
  const { resets } = feed.state();
  const { rowCount } = await auth.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'topolo-auth-feed' and datname = current_database()",
  );
  expect(rowCount).toBe(1);
  await eventually(() => expect(feed.state().resets).toBe(resets + 1));
  const user = await auth.addUser();
  await auth.pool.query("update auth.users set status = 'locked' where id = $1", [user.id]);
  await toHear(user.id);
  await eventually(() => expect(feed.isFresh()).toBe(true));
});

test("more changes at once than can be told are told as everything", async () => {
  heard.clear();
  await auth.pool.query(
    "insert into auth.revocation_feed (subject_id) select 'usr_' || n from generate_series(1, 6000) n",
  );
  await toHear("everything");
  expect(heard).not.toContain("usr_1");
  heard.clear();
  await auth.pool.query(
    "insert into auth.revocation_feed (subject_id) select 'usr_' || n from generate_series(1, 4000) n",
  );
  await toHear("usr_4000");
  await eventually(() => expect(heard.size).toBe(4_000));
});

test("it is for services of our own: no person and no third party reads it, and Auth itself changes it by triggers and trimming alone", async () => {
  await addThirdParty(auth, "srv_stranger");
  const { secret = "" } = await addClient(auth, {
    clientId: "srv_stranger",
    serviceId: "srv_stranger",
    type: "confidential",
  });
  const ask = (headers: Readonly<Record<string, string>>) => auth.call("GET", "/api/revocations", { headers });
  expect((await ask(basic("srv_stranger", secret))).status).toBe(403);
  expect((await ask(basic("srv_nexus", "wrong"))).status).toBe(401);
  const { token } = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" }));
  expect((await auth.call("GET", "/api/revocations", { bearer: token })).status).toBe(401);
  for (const statement of [
    "insert into auth.revocation_feed (subject_id) values ('*')",
    "update auth.revocation_feed set subject_id = 'usr_nobody'",
    "delete from auth.revocation_feed",
    "truncate auth.revocation_feed",
  ])
    await expect(db.pool.query(statement), statement).rejects.toThrow("permission denied");
});

test("it has ids and times in it, and nothing else", async () => {
  const abort = new AbortController();
  const user = await auth.addUser({ role: "member" });
  const response = await fetch(`${auth.url}/api/revocations`, {
    headers: basic("srv_nexus", clientSecret),
    signal: abort.signal,
  });
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (done: () => boolean) => {
    while (!done()) text += (await reader?.read())?.value ?? "";
  };
  await until(() => text.includes("\n"));
  await auth.pool.query("update auth.users set email = 'moved-' || email, name = 'Secret Name' where id = $1", [
    user.id,
  ]);
  await until(() => text.includes(user.id) && text.endsWith("\n"));
  abort.abort();
  for (const line of text.trim().split("\n")) {
    const { cursor, at, reset, changed = [], ...more } = JSON.parse(line) as Record<string, unknown>;
    expect(more).toEqual({});
    expect(cursor).toMatch(/^[0-9a-f-]{36}_\d+$/);
    expect(at).toEqual(expect.any(Number));
    expect([undefined, true]).toContain(reset);
    for (const subject of changed as string[]) expect(subject).toMatch(/^(\*|[a-z]+_[\w-]+|[\w-]{20,})$/);
  }
});

test("readers are counted, and one too many is asked to come back", async () => {
  const streams: ReadableStreamDefaultReader<Uint8Array>[] = [];
  const open = () =>
    auth.server.fetch(new Request(`${auth.url}/api/revocations`, { headers: basic("srv_nexus", clientSecret) }));
  let refused: Response | undefined;
  while (refused === undefined && streams.length < 300) {
    const response = await open();
    if (response.status !== 200) refused = response;
    else {
      const reader = response.body?.getReader();
      if (!reader) throw new Error("no body");
      await reader.read();
      streams.push(reader);
    }
  }
  expect([refused?.status, refused?.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(streams.length).toBeGreaterThan(200);
  const { error } = (await (refused ?? Response.json({})).json()) as { error: Record<string, unknown> };
  expect(textOf(error, "code")).toBe("overloaded");
  for (const reader of streams) await reader.cancel();
  await eventually(async () => expect((await open()).status).toBe(200));
});

test("rows are trimmed once nobody can need them", async () => {
  await auth.pool.query(
    "insert into auth.revocation_feed (subject_id, changed_at) values ('usr_old', now() - interval '31 minutes')",
  );
  const left = async () =>
    (await auth.pool.query("select from auth.revocation_feed where subject_id = 'usr_old'")).rowCount;
  expect(await left()).toBe(1);
  await purgeExpired(db, { now: new Date(auth.clock.now()) });
  expect(await left()).toBe(0);
  expect((await auth.pool.query("select from auth.revocation_feed limit 1")).rowCount).toBe(1);
});

test("a reader that falls behind the changes that are kept starts anew, others go on", () => {
  const ring = new ChangeRing(10);
  ring.begin("a");
  const start = ring.after(undefined, 5).position;
  ring.add(["1", "2", "3", "4", "5", "6", "7"]);
  const first = ring.after(start, 5);
  expect([first.reset, first.changed]).toEqual([false, ["1", "2", "3", "4", "5"]]);
  expect(ring.after(first.position, 5).changed).toEqual(["6", "7"]);
  ring.add(Array.from({ length: 20 }, (_, index) => `n${index}`));
  expect(ring.after(start, 5)).toMatchObject({ reset: true, changed: [] });
  ring.begin("b");
  expect(ring.after(first.position, 5)).toMatchObject({ reset: true, position: { epoch: "b", count: 0 } });
  expect(ring.after({ epoch: "b", count: 9 }, 5).reset).toBe(true);
});

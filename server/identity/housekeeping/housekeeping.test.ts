import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { silentLogger } from "../../platform/logger.ts";
import { openAuthDatabase, type AuthDatabase } from "../database/store.ts";
import { startHousekeeping } from "./start-housekeeping.ts";
import { purgeExpired } from "./store.ts";

const day = 24 * 3_600_000;

let auth: TestAuth;
let db: AuthDatabase;

beforeAll(async () => {
  auth = await startTestAuth();
  db = await openAuthDatabase({ connectionString: auth.databaseUrl, log: silentLogger, maxConnections: 2 });
});
afterAll(async () => {
  await db.close();
  await auth.close();
});

const count = async (table: string): Promise<number> => {
  const { rows } = await auth.pool.query(`select count(*)::int as count from auth.${table}`);
  return Number(rows[0]?.count);
};

test("expired rows are deleted with what depends on them, and nothing else", async () => {
  const user = await auth.addUser({ role: "member" });
  const { sessionId } = await auth.login(user);
  await auth.pool.query(
    `insert into auth.handoff_codes (code_hash, service_id, redirect_uri, user_id, session_id, expires_at, bearer_expires_at)
     values ($1, 'srv_nexus', 'https://x.example', $2, $3, now(), now())`,
    [randomBytes(32), user.id, sessionId],
  );
  await auth.pool.query(
    "insert into auth.oidc_payloads (model, id_hash, payload, expires_at) values ('AuthorizationCode', $1, '{}', now()), ('Session', $2, '{}', now() + interval '40 days'), ('Client', $3, '{}', null)",
    [randomBytes(32), randomBytes(32), randomBytes(32)],
  );
  await auth.pool.query(
    "insert into auth.organization_invitations (id, organization_id, email, role, token_hash, invited_by, expires_at) values ('inv_1', 'org_topolo', 'a@example.com', 'member', $1, 'x', now())",
    [randomBytes(32)],
  );
  const now = Date.now();
  await purgeExpired(db, { now: new Date(now + 60_000) });
  expect([await count("handoff_codes"), await count("oidc_payloads"), await count("sessions")]).toEqual([1, 3, 1]);

  await purgeExpired(db, { now: new Date(now + 2 * day) });
  expect([await count("handoff_codes"), await count("oidc_payloads"), await count("sessions")]).toEqual([0, 2, 1]);
  expect(await count("organization_invitations")).toBe(1);

  const removed = await purgeExpired(db, { now: new Date(now + 91 * day) });
  expect(removed).toMatchObject({ sessions: 1, oidc_payloads: 1, organization_invitations: 1 });
  expect([await count("refresh_tokens"), await count("sessions"), await count("oidc_payloads")]).toEqual([0, 0, 1]);
  expect(await count("users")).toBe(1);
});

test("a round deletes no more than its batches", async () => {
  await auth.pool.query("delete from auth.rate_limits");
  await auth.pool.query(
    "insert into auth.rate_limits (key, window_start, count, expires_at) select 'k' || n, 'epoch', 1, now() - interval '1 hour' from generate_series(1, 250) n",
  );
  const options = { now: new Date(), batch: 50, maxBatches: 3 };
  expect(await purgeExpired(db, options)).toMatchObject({ rate_limits: 150 });
  expect(await purgeExpired(db, options)).toMatchObject({ rate_limits: 100 });
});

test("parallel purges share the work", async () => {
  await auth.pool.query(
    "insert into auth.rate_limits (key, window_start, count, expires_at) select 'k' || n, 'epoch', 1, now() - interval '1 hour' from generate_series(1, 500) n",
  );
  const rounds = await Promise.all([0, 1].map(() => purgeExpired(db, { now: new Date(), batch: 100 })));
  expect(rounds.reduce((sum, { rate_limits = 0 }) => sum + rate_limits, 0)).toBe(500);
});

test("a failing task does not stop the others, and rounds do not overlap", async () => {
  const done: string[] = [];
  const house = startHousekeeping({
    everyMs: 3_600_000,
    clock: { monotonic: () => performance.now() },
    log: silentLogger,
    tasks: [
      { name: "broken", run: () => Promise.reject(new Error("no")) },
      { name: "good", run: async () => void done.push("good") },
    ],
  });
  await Promise.all([house.round(), house.round()]);
  expect(done).toEqual(["good"]);
  await house.stop();
});

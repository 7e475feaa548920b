import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopPostmaster } from "../../server/platform/db/embedded.ts";
import { openPool } from "../../server/platform/db/pool.ts";
import { openPostgresCluster, startPostmaster } from "../../server/platform/db/run-postgres.ts";
import { silentLogger as log } from "../../server/platform/logger.ts";
import { eventually } from "../../test/eventually.ts";
import { freePorts } from "../../test/free-ports.ts";
import { openTestLedger, type TestLedger } from "../../test/ledger.ts";
import { withClient } from "./installation.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";

let dataDir: string;
let postgres: OwnPostgres;
let t: TestLedger;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-standby-"));
  postgres = await startOwnPostgres(dataDir);
  t = await openTestLedger({ url: postgres.databaseUrl, drop: () => Promise.resolve() });
}, 60_000);
afterAll(async () => {
  await t.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** From now on every commit waits for a standby that does not exist, or none does. */
const commitsWait = async (wait: boolean): Promise<void> => {
  await t.pool.query(`alter system set synchronous_standby_names = '${wait ? "nobody" : ""}'`);
  await t.pool.query("select pg_reload_conf()");
  await eventually(async () => {
    const { rows } = await t.pool.query<{ names: string }>("select current_setting('synchronous_standby_names') names");
    expect(rows[0]?.names).toBe(wait ? "nobody" : "");
  });
};

const waiting = async (name: string): Promise<number | undefined> => {
  const { rows } = await t.pool.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = $1 and wait_event = 'SyncRep'",
    [name],
  );
  expect(rows).toHaveLength(1);
  return rows[0]?.pid;
};

test("a hold that no standby has is not acknowledged, when its session was ended and it can be seen", async () => {
  const organization = await t.organization();
  await commitsWait(true);
  const call = t.call(organization, 100n);
  let reply = "none";
  const asked = t.ledger.reserve(call).then(
    ({ status }) => (reply = status),
    () => (reply = "refused"),
  );
  const first = await eventually(() => waiting("nexus-book"));
  await t.pool.query("select pg_terminate_backend($1)", [first]);
  // It is sent again, by its id, and found: committed here, and nowhere else.
  await eventually(async () => {
    const { rowCount } = await t.pool.query("select from nexus.operation where operation_id = $1", [call.operationId]);
    expect(rowCount).toBe(1);
    expect(await waiting("nexus-book")).not.toBe(first);
  });
  expect(reply).not.toBe("held");
  await commitsWait(false);
  await asked;
  expect(["held", "refused"]).toContain(reply);
  // Who gave up meanwhile owes nothing.
  await eventually(async () => {
    const { rows } = await t.pool.query<{ state: string }>(
      "select state from nexus.operation where operation_id = $1",
      [call.operationId],
    );
    expect(rows).toEqual([{ state: reply === "held" ? "open" : "released" }]);
  });
}, 60_000);

test("a commit whose wait for its standby is cancelled is not reported as done, and no session is left behind", async () => {
  const pool = openPool({ connectionString: postgres.databaseUrl, maxConnections: 2, applicationName: "early", log });
  try {
    await t.pool.query("create table public.early (n int)");
    const organization = await t.organization();
    await commitsWait(true);
    const written = pool.query("insert into public.early values (1)").then(
      () => "done",
      () => "unknown",
    );
    await t.pool.query("select pg_cancel_backend($1)", [await eventually(() => waiting("early"))]);
    expect(await written).toBe("unknown");
    // The same for the ledger: its wait is ended again and again, and only one session of it waits at a time.
    const settled = t.ledger.reserve(t.call(organization, 100n)).catch(() => undefined);
    for (let times = 0; times < 3; times += 1) {
      const pid = await eventually(() => waiting("nexus-book"));
      await t.pool.query("select pg_cancel_backend($1)", [pid]);
      await eventually(async () => expect(await waiting("nexus-book")).not.toBe(pid));
    }
    await commitsWait(false);
    await settled;
  } finally {
    await commitsWait(false);
    await pool.end();
  }
}, 60_000);

test("a standby is refused, and so is a primary that another one has replaced", async () => {
  await postgres.halt();
  const copy = join(dataDir, "copy");
  await promisify(execFile)("cp", ["-a", join(dataDir, "postgres"), copy]);
  await writeFile(join(copy, "standby.signal"), "");
  const [port = 0] = await freePorts(1);
  // Resolves when it is a primary.
  const promoted = startPostmaster(await openPostgresCluster(copy, () => undefined), port, { max_connections: "200" });
  const at = new URL(postgres.databaseUrl);
  at.port = String(port);
  const bounds = { maxConnections: 1, applicationName: "role", log };
  const other = openPool({ ...bounds, connectionString: at.href });
  const first = openPool({ ...bounds, connectionString: postgres.databaseUrl });
  try {
    await eventually(() => withClient(at.href, (client) => client.query("select 1")));
    await expect(other.query("select 1")).rejects.toThrow("the database server is a standby");
    await expect(t.open(at.href)).rejects.toThrow("the database server is a standby");
    await withClient(at.href, (client) => client.query("select pg_promote()"));
    await promoted;
    await eventually(() => other.query("select 1"));
    await t.open(at.href);
    await postgres.restart();
    await expect(first.query("select 1")).rejects.toThrow(
      "primary of timeline 1, which one of timeline 2 has replaced",
    );
    await expect(t.open()).rejects.toThrow("primary of timeline 1, which one of timeline 2 has replaced");
  } finally {
    await Promise.all([other.end(), first.end()]);
    await stopPostmaster(copy);
  }
}, 60_000);

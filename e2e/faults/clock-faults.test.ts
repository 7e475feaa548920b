import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId, timeOfId } from "../../server/platform/ids.ts";
import { createTestDatabase } from "../../test/database.ts";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { freePorts } from "../../test/free-ports.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import { withShiftedClock, type GatewayProcess } from "./gateway-process.ts";

let scene: FaultScene;

beforeAll(async () => {
  scene = await openFaultScene({ name: "clock-faults" });
  const { pool, organizationId } = scene.cluster;
  await pool.query("select nexus.nexus_ensure_org($1)", [organizationId]);
  await pool.query(
    "select nexus.nexus_set_budget($1, $2, 'organization', null, 'hour', 'calendar', 'nanoUsd', true, 1000000000, '{}', 'UTC')",
    [newId(), organizationId],
  );
});
afterAll(() => scene.close());

interface Booked {
  readonly state: string;
  readonly ageMs: number;
  /** The hour's period in which it was counted. */
  readonly within: boolean;
}

const bookedAs = async (id: string): Promise<Booked | undefined> =>
  (
    await scene.cluster.pool.query<Booked>(
      `select o.state, extract(epoch from clock_timestamp() - o.created_at)::float8 * 1000 as "ageMs",
              exists (select from nexus.budget b join nexus.budget_rule r on r.id = b.rule_id
                       where b.id = any (o.levels) and r.period = 'hour' and b.spent > 0 and b.starts_at <= o.created_at and b.ends_at > o.created_at) as within
         from nexus.operation o where operation_id = $1`,
      [id],
    )
  ).rows[0];

/** Makes a call and looks at its row: its id, its time and its period are the database's. */
const expectBookedNow = async (gateway: GatewayProcess): Promise<void> => {
  const answer = await scene.ask(gateway);
  expect(answer.status, await answer.text()).toBe(200);
  const id = answer.headers.get("x-nexus-operation-id") ?? "";
  expect(Math.abs(timeOfId(id) - Date.now())).toBeLessThan(10_000);
  const booked = await bookedAs(id);
  expect(booked).toMatchObject({ state: "settled", within: true });
  expect(booked?.ageMs).toBeLessThan(30_000);
};

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

it.concurrent.each([
  ["10 s ahead", 10 * second],
  ["4 minutes behind", -4 * minute],
  ["6 minutes ahead", 6 * minute],
  ["6 minutes behind", -6 * minute],
  ["2 hours behind", -2 * hour],
  ["a day ahead", 24 * hour],
])(
  "a gateway whose clock is %s is ready, says so, and books at the database's time",
  { timeout: 60_000 },
  async (_, offsetMs) => {
    const gateway = await scene.startGateway({}, offsetMs);
    const ready = await fetch(`${gateway.url}/health/ready`);
    const { checks } = (await ready.json()) as { checks: { clock: { note: string } } };
    expect(ready.status).toBe(200);
    const ahead = Number(/own is (-?\d+) ms ahead/.exec(checks.clock.note)?.[1]);
    expect(Math.abs(ahead - offsetMs)).toBeLessThan(2_000);
    await expectBookedNow(gateway);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const shown = Number(/^nexus_clock_ahead_seconds (\S+)/m.exec(metrics)?.[1]);
    expect(Math.abs(shown * 1_000 - offsetMs)).toBeLessThan(2_000);
    expect(await gateway.stop()).toBe(0);
  },
);

it.concurrent("a clock that jumps while calls run disturbs none of them", { timeout: 60_000 }, async () => {
  const file = join(scene.dataDir, "clock");
  const gateway = await scene.startGateway({}, 0, file);
  await expectBookedNow(gateway);
  for (const offsetMs of [24 * hour, -24 * hour, 7 * minute, 0]) {
    await writeFile(file, String(offsetMs));
    for (let call = 0; call < 5; call += 1) {
      await expectBookedNow(gateway);
      await sleep(60);
    }
  }
  expect(await gateway.stop()).toBe(0);
});

it.concurrent(
  "Auth a day ahead of everybody issues tokens of the database's time, good everywhere",
  { timeout: 120_000 },
  async () => {
    const [port = 0] = await freePorts(1);
    const own = await createTestDatabase();
    const folder = join(scene.dataDir, "auth");
    const { execArgv, env } = withShiftedClock(24 * hour);
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", ...execArgv, compiledProgram("server/auth-main.ts")],
      {
        cwd: join(import.meta.dirname, "..", ".."),
        env: {
          ...env,
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          ...compiledCode,
          NODE_ENV: "development",
          AUTH_PORT: String(port),
          AUTH_DATA_DIR: folder,
          AUTH_DATABASE_URL: own.url,
          NEXUS_DASHBOARD: "off",
          NEXUS_SANDBOX: "off",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    try {
      await new Promise<void>((resolve, reject) => {
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (chunk: Buffer) => {
            output += chunk.toString();
            if (output.includes("Sign in")) resolve();
          });
        child.once("exit", () => reject(new Error(output)));
      });
      const origin = `http://localhost:${port}`;
      const secret = await readFile(join(folder, "auth-client-secret"), "utf8");
      const issued = await fetch(`${origin}/sso/exchange`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`srv_nexus:${secret}`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
      const { access_token: token } = (await issued.json()) as { access_token: string };
      expect(issued.status).toBe(200);
      const { iat = 0, exp = 0 } = decodeJwt(token);
      expect(Math.abs(iat * 1_000 - Date.now())).toBeLessThan(10_000);
      expect(exp * 1_000).toBeGreaterThan(Date.now());
      expect(exp * 1_000).toBeLessThan(Date.now() + hour);
      const validated = await fetch(`${origin}/validate`, {
        headers: { authorization: `Bearer ${token}`, "x-service-id": "srv_nexus" },
      });
      expect(validated.status, await validated.text()).toBe(200);
      const { rows } = await (async () => {
        const client = new Client({ connectionString: own.url });
        await client.connect();
        const found = await client.query<{ ms: number }>(
          "select extract(epoch from max(abs_age))::float8 * 1000 as ms from (select greatest(created_at - clock_timestamp(), clock_timestamp() - created_at) as abs_age from auth.signing_keys) x",
        );
        await client.end();
        return found;
      })();
      expect(rows[0]?.ms).toBeLessThan(60_000);
    } finally {
      child.kill("SIGTERM");
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
      await own.drop();
    }
  },
);

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";

let scene: FaultScene;
let line: FaultProxy;

beforeAll(async () => {
  scene = await openFaultScene({
    name: "silent-leader",
    overrides: { orphanAfterMs: 12_000, uncertainSettleAfterMs: 1_000 },
  });
  const { hostname, port } = new URL(scene.databaseUrl);
  line = await startFaultProxy({ target: { host: hostname, port: Number(port) } });
}, 60_000);
afterAll(async () => {
  await line.clear();
  await scene.close();
  await line.close();
});

const until = async <T>(what: string, limitMs: number, find: () => Promise<T | undefined>): Promise<T> => {
  for (const began = performance.now(); ;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() - began > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(100);
  }
};

const leader = async (): Promise<string | undefined> =>
  (
    await scene.cluster.pool.query<{ holder: string }>(
      "select holder from nexus.worker_lease where leased_until > clock_timestamp()",
    )
  ).rows[0]?.holder;

const count = async (sql: string): Promise<number> =>
  Number((await scene.cluster.pool.query<{ n: bigint }>(`select count(*) n from ${sql}`)).rows[0]?.n);

it(
  "a leader that falls silent is followed by another process: holds end and entries are rolled up",
  { timeout: 120_000 },
  async () => {
    const silentUrl = new URL(scene.databaseUrl);
    silentUrl.port = String(line.port);
    const silent = await scene.startGateway({ databaseUrl: silentUrl.href });
    const first = await until("a first leader", 10_000, leader);
    const other = await scene.startGateway();

    scene.sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 60 }] });
    const stories = await Promise.all(
      Array.from({ length: 5 }, () =>
        scene.ask(silent, { content: "Tell me a long story. [[words:150]]", stream: true }),
      ),
    );
    expect(stories.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const readers = stories.map((story) => story.text().catch(() => "broken"));

    await line.set({ halfOpen: true, toTarget: { blackhole: true }, toClient: { blackhole: true } });
    const second = await until("another leader", 15_000, async () => {
      const holder = await leader();
      return holder === first ? undefined : holder;
    });
    expect(second).not.toBe(first);
    for (let call = 0; call < 10; call += 1) expect((await scene.ask(other)).status).toBe(200);
    await until("no hold is open", 30_000, async () =>
      (await count("nexus.operation where state in ('open', 'uncertain')")) === 0 ? true : undefined,
    );
    await until("every entry is rolled up", 10_000, async () =>
      (await count("nexus.rollup_queue")) === 0 ? true : undefined,
    );
    expect(await count("nexus.entry")).toBeGreaterThanOrEqual(15);
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${silent.url}/health/ready`)).status).toBe(503);

    // Back again, it serves without a restart and leaves the lead where it is.
    await line.clear();
    await until("ready again", 15_000, async () =>
      (await fetch(`${silent.url}/health/ready`)).status === 200 ? true : undefined,
    );
    const again = await scene.ask(silent);
    expect(again.status, await again.text()).toBe(200);
    expect(await leader()).toBe(second);
    await Promise.all(readers);
  },
);

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import { routes } from "../../server/identity/routes.ts";
import { createTestDatabase } from "../../test/database.ts";
import { digHoles } from "./black-holes.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { createRandom } from "./seeded.ts";

/** `HOLES_SECONDS=180 HOLES_LONGEST_MS=20000 npm test -- e2e/faults/black-holes.test.ts` is the long run. */
const totalMs = Number(process.env["HOLES_SECONDS"] ?? 16) * 1_000;
const longestMs = Number(process.env["HOLES_LONGEST_MS"] ?? 6_000);
const seed = Number(process.env["HOLES_SEED"] ?? 7);

let nexusLine: FaultProxy;
let authLine: FaultProxy;
let scene: FaultScene;
let gateway: GatewayProcess;

const through = async (databaseUrl: string): Promise<{ proxy: FaultProxy; url: string }> => {
  const url = new URL(databaseUrl);
  const proxy = await startFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  url.port = String(proxy.port);
  return { proxy, url: url.href };
};

beforeAll(async () => {
  const [nexusDatabase, authDatabase] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const [nexus, auth] = await Promise.all([through(nexusDatabase.url), through(authDatabase.url)]);
  [nexusLine, authLine] = [nexus.proxy, auth.proxy];
  scene = await openFaultScene({
    name: "black-holes",
    authPlace: "here",
    openDatabase: async () => ({
      url: nexusDatabase.url,
      authUrl: auth.url,
      drop: async () => {
        await Promise.all([nexusLine.close(), authLine.close()]);
        await Promise.all([nexusDatabase.drop(), authDatabase.drop()]);
      },
    }),
  });
  // Nothing is remembered, so that every call has to ask.
  gateway = await scene.startGateway({ databaseUrl: nexus.url, authCacheMs: 0 });
}, 60_000);
afterAll(async () => {
  await Promise.all([nexusLine.clear(), authLine.clear()]);
  await scene.close();
});

const prompt = "Is anybody there?";
const chat = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: prompt }], max_completion_tokens: 20 };
const message = { ...chat, model: "anthropic/claude-sonnet-4-5", max_tokens: 20, max_completion_tokens: undefined };
const typed = { model: "openai/gpt-4o-mini", prompt, maxOutputTokens: 20 };

const doors: readonly (readonly [path: string, body?: unknown])[] = [
  ["/v1/chat/completions", chat],
  ["/v1/messages", message],
  ["/api/ai/generate-text", typed],
  ["/api/trpc/ai.generateText", typed],
  ["/v1/models"],
  ["/api/operations"],
];

/** The status, or 0 where nothing came in time. */
const ask = async (url: string, body?: unknown, headers: Record<string, string> = {}): Promise<number> => {
  try {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(25_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
};

const knock = ([path, body]: (typeof doors)[number]): Promise<number> =>
  ask(gateway.url + path, body, { authorization: `Bearer ${scene.apiKey}` });

const authUrl = (): string => scene.cluster.config.authUrl;
const validate = (): Promise<number> =>
  ask(`${authUrl()}/api/api-keys/validate`, { apiKey: scene.apiKey }, { authorization: `Bearer ${scene.apiKey}` });
const signIn = (): Promise<number> =>
  ask(`${authUrl()}/login`, { email: "nobody@example.com", password: "a very plain test sentence" });

interface Look {
  readonly atMs: number;
  readonly ready: boolean;
}

/** Looks at readiness until told to stop. */
const watch = (url: string, began: number, looks: Look[], stopped: () => boolean): Promise<void> =>
  (async () => {
    while (!stopped()) {
      const ready = (await ask(`${url}/health/ready`)) === 200;
      looks.push({ atMs: performance.now() - began, ready });
      await sleep(200);
    }
  })();

const answersAgain = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > 20_000) throw new Error(`${what} did not come back`);
    await sleep(100);
  }
};

it(
  "short silences leave no emptied pool, and readiness tells the truth all the while",
  { timeout: totalMs + 90_000 },
  async () => {
    for (const door of doors) expect([door[0], await knock(door)]).toEqual([door[0], 200]);
    const over = new AbortController();
    const statuses: number[] = [];
    const load = async (once: () => Promise<number>): Promise<void> => {
      while (!over.signal.aborted) {
        statuses.push(await once());
        await sleep(50);
      }
    };
    const began = performance.now();
    const [ofGateway, ofAuth]: [Look[], Look[]] = [[], []];
    const background = [
      ...doors.map((door) => load(() => knock(door))),
      ...[1, 2, 3, 4].map(() => load(validate)),
      load(signIn),
      watch(gateway.url, began, ofGateway, () => over.signal.aborted),
      watch(authUrl(), began, ofAuth, () => over.signal.aborted),
    ];
    process.stderr.write(`black holes, seed ${seed}\n`);
    const holes = await digHoles({
      random: createRandom(seed),
      proxies: [nexusLine, authLine],
      totalMs,
      longestMs,
    });
    const { pid } = gateway;
    await answersAgain("somebody", async () => {
      const replies = await Promise.all([...doors.map(knock), ask(`${gateway.url}/health/ready`), validate()]);
      return replies.every((status) => status > 0 && status < 500);
    });
    over.abort();
    await Promise.all(background);
    expect(gateway.alive() && gateway.pid === pid).toBe(true);

    // All of them at once, more than the pools have connections.
    for (const door of doors)
      await answersAgain(`${door[0]}, twelve times at once,`, async () =>
        (await Promise.all(Array.from({ length: 12 }, () => knock(door)))).every((status) => status === 200),
      );
    const refused = await Promise.all(
      routes.map(async ({ method, path }) => {
        const response = await fetch(authUrl() + path.replaceAll(/:\w+/g, "x"), {
          method,
          redirect: "manual",
          headers: { "content-type": "application/json" },
          ...(method === "GET" || method === "DELETE" ? {} : { body: "{}" }),
          signal: AbortSignal.timeout(5_000),
        });
        return { route: `${method} ${path}`, status: response.status, text: await response.text() };
      }),
    );
    // Mail has no carrier here, and says so.
    expect(refused.filter(({ status, text }) => status >= 500 && !text.includes("mail_unavailable"))).toEqual([]);

    // Whoever cannot reach the database for a while says so.
    expect([...new Set(statuses.filter((status) => status >= 500))]).toEqual([503]);
    for (const [line, looks] of [
      [0, ofGateway],
      [1, ofAuth],
    ] as const)
      for (const hole of holes.filter((hole) => hole.line === line && hole.untilMs - hole.fromMs > 5_000)) {
        const inside = looks.filter(({ atMs }) => atMs > hole.fromMs + 2_500 && atMs < hole.untilMs);
        expect([hole, inside.some(({ ready }) => ready)]).toEqual([hole, false]);
      }
  },
);

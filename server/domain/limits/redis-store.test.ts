import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../platform/clock.ts";
import { startFaultProxy } from "../../../sandbox/fault-proxy.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createLimiter, type Limiter } from "./create-limiter.ts";
import type { TakeRequest } from "./limit-scope.ts";
import { openRedisStore } from "./redis-store.ts";

const binary = ["/usr/bin/redis-server", "/usr/bin/valkey-server"].find((path) => existsSync(path));
if (!binary) process.stderr.write("shared rate limits not tested: install Debian's redis-server or valkey-server\n");

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

describe.skipIf(!binary)("a real server", () => {
  let folder = "";
  let port = 0;
  let server: ChildProcess | undefined;
  let serial = 0;
  const open: Limiter[] = [];

  const start = async (): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
    server = spawn(binary ?? "", args, { stdio: "ignore" });
    const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => undefined);
    await client.ping();
    client.disconnect();
  };

  const stop = async (): Promise<void> => {
    const child = server;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGCONT");
    child.kill("SIGKILL");
    await ended;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nexus-redis-"));
    port = await freePort();
    await start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((limiter) => limiter.close()));
  });
  afterAll(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A limiter as another process would have one, once it is connected. It decides alone what is not answered in time. */
  const connect = async ({ timeoutMs = 10_000 } = {}): Promise<Limiter> => {
    const store = await openRedisStore({ url: `redis://127.0.0.1:${port}`, log: silentLogger, timeoutMs });
    const limiter = createLimiter({ clock: systemClock, store, pauseMs: 100 });
    open.push(limiter);
    const probe = {
      organizationId: `org_probe_${(serial += 1)}`,
      scopes: [{ kind: "organization", id: "o", rpm: 1_000 }],
      tokensEstimate: 0,
    } as const;
    await expect
      .poll(() =>
        store.take(probe).then(
          ({ admitted }) => admitted,
          () => false,
        ),
      )
      .toBe(true);
    return limiter;
  };

  const requestOf = (limits: { rpm?: number; tpm?: number }, tokensEstimate = 0): TakeRequest => {
    serial += 1;
    return {
      organizationId: `org_${serial}`,
      scopes: [{ kind: "organization", id: `org_${serial}`, ...limits }],
      tokensEstimate,
    };
  };

  it("admits exactly the limit over several processes", async () => {
    const limiters = await Promise.all([connect(), connect(), connect(), connect()]);
    const request = requestOf({ rpm: 37 });
    const decisions = await Promise.all(Array.from({ length: 200 }, (_, index) => limiters[index % 4]?.take(request)));
    expect(decisions.filter((decision) => decision?.ok)).toHaveLength(37);
    const refused = decisions.find((decision) => decision && !decision.ok);
    expect(refused).toMatchObject({ metric: "requests", limit: 37, remaining: 0, tooLarge: false });
    expect(refused?.ok === false && refused.retryAfterMs > 58_000 && refused.retryAfterMs <= 62_000).toBe(true);
  });

  it("corrects tokens for the others too, and never below nothing", async () => {
    const [one, other] = await Promise.all([connect(), connect()]);
    const request = requestOf({ tpm: 1_000 }, 900);
    const first = await one.take(request);
    expect(first).toMatchObject({ ok: true, allowance: { limitTokens: 1_000, remainingTokens: 100 } });
    expect((await other.take(request)).ok).toBe(false);
    if (first.ok) first.correct(50);
    await expect.poll(async () => (await other.take({ ...request, tokensEstimate: 950 })).ok).toBe(true);
    expect(await other.take({ ...request, tokensEstimate: 1 })).toMatchObject({
      ok: false,
      metric: "tokens",
      remaining: 0,
    });
  });

  it("counts nothing in any scope for a refused call", async () => {
    const limiter = await connect();
    const request = requestOf({ rpm: 10 });
    const narrow: TakeRequest = { ...request, scopes: [...request.scopes, { kind: "user", id: "u1", rpm: 1 }] };
    expect((await limiter.take(narrow)).ok).toBe(true);
    expect(await limiter.take(narrow)).toMatchObject({ ok: false, scope: { kind: "user", id: "u1" } });
    expect(await limiter.take(request)).toMatchObject({ ok: true, allowance: { remainingRequests: 8 } });
  });

  it("leaves nothing behind for ever", async () => {
    const limiter = await connect();
    const request = requestOf({ rpm: 10 });
    await limiter.take(request);
    const client = new Redis(port, "127.0.0.1");
    const ttlMs = await client.pttl(`nexus:rate:{${request.organizationId}}/organization/${request.organizationId}`);
    client.disconnect();
    expect(ttlMs).toBeGreaterThan(60_000);
    expect(ttlMs).toBeLessThanOrEqual(62_000);
  });

  it("survives a server that forgets its scripts", async () => {
    const limiter = await connect();
    const client = new Redis(port, "127.0.0.1");
    await client.script("FLUSH");
    client.disconnect();
    expect(await limiter.take(requestOf({ rpm: 1 }))).toMatchObject({ ok: true });
    expect(limiter.mode()).toBe("shared");
  });

  it("decides alone while the server hangs, without keeping calls waiting, and comes back", async () => {
    const limiter = await connect({ timeoutMs: 50 });
    const request = requestOf({ rpm: 5 });
    await limiter.take(request);
    server?.kill("SIGSTOP");
    const startedAt = performance.now();
    const decisions = [];
    for (let index = 0; index < 6; index += 1) decisions.push(await limiter.take(request));
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(decisions.map(({ ok }) => ok)).toEqual([true, true, true, true, false, false]);
    expect(limiter.mode()).toBe("local");
    server?.kill("SIGCONT");
    await expect
      .poll(async () => (await limiter.take(requestOf({ rpm: 1 })), limiter.mode()), { timeout: 5_000 })
      .toBe("shared");
  });

  it("replaces a connection that went quiet without an end", { timeout: 15_000 }, async () => {
    const proxy = await startFaultProxy({ target: { host: "127.0.0.1", port } });
    const store = await openRedisStore({ url: `redis://127.0.0.1:${proxy.port}`, log: silentLogger });
    const answers = (): Promise<boolean> =>
      store.take(requestOf({ rpm: 1 })).then(
        ({ admitted }) => admitted,
        () => false,
      );
    try {
      await expect.poll(answers, { timeout: 5_000 }).toBe(true);
      await proxy.set({ halfOpen: true });
      await proxy.clear();
      expect(await answers()).toBe(false);
      await expect.poll(answers, { timeout: 6_000 }).toBe(true);
    } finally {
      await store.close();
      await proxy.close();
    }
  });

  it("decides alone while the server is gone, and comes back", async () => {
    const limiter = await connect();
    await stop();
    const request = requestOf({ rpm: 2 });
    const decisions = [
      await limiter.take(request),
      await limiter.take(request),
      await limiter.take(request),
      await limiter.take(request),
    ];
    expect(decisions.map(({ ok }) => ok)).toEqual([true, true, false, false]);
    await start();
    await expect
      .poll(async () => (await limiter.take(requestOf({ rpm: 1 })), limiter.mode()), { timeout: 10_000, interval: 50 })
      .toBe("shared");
  });
});

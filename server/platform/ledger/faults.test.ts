import { expect, test } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../../sandbox/fault-proxy.ts";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import type { Ledger, ReserveReply } from "./index.ts";

/** A ledger of a process whose way to the database can be disturbed. */
interface Scene {
  readonly t: TestLedger;
  readonly proxy: FaultProxy;
  readonly ledger: Ledger;
}

const inScene = async (work: (scene: Scene) => Promise<void>): Promise<void> => {
  const t = await openTestLedger();
  const url = new URL(t.url);
  const proxy = await startFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  url.port = String(proxy.port);
  const ledger = await t.open(url.href);
  try {
    await work({ t, proxy, ledger });
  } finally {
    await proxy.clear();
    await ledger.close(2_000);
    await proxy.close();
    await t.close();
  }
};

const stateOf = async ({ t }: Scene, operationId: string): Promise<string | undefined> =>
  (await t.pool.query<{ state: string }>("select state from nexus.operation where operation_id = $1", [operationId]))
    .rows[0]?.state;

/** Callers that hold and settle until told to stop; every pair must succeed. */
const load = ({ t, ledger }: Scene, org: TestOrganization, callers: number) => {
  const stop = new AbortController();
  let pairs = 0;
  const running = Promise.all(
    Array.from({ length: callers }, async () => {
      while (!stop.signal.aborted) {
        const call = t.call(org, 10n);
        let reply: ReserveReply;
        try {
          reply = await ledger.reserve(call);
        } catch (error) {
          // Refused for waiting too long: nothing may remain of it.
          expect(error).toMatchObject({ effect: "none" });
          continue;
        }
        expect(reply).toEqual({ status: "held" });
        const ended = await ledger.settle({
          operationId: call.operationId,
          end: "settled",
          costNanos: 4n,
          source: "provider",
          result: {},
        });
        expect(["settled", "same"]).toContain(ended);
        pairs += 1;
      }
    }),
  );
  return {
    pairs: () => pairs,
    stop: async () => {
      stop.abort();
      await running;
      return pairs;
    },
  };
};

const expectExactly = async ({ t }: Scene, org: TestOrganization, pairs: number): Promise<void> => {
  await expect.poll(async () => (await t.budget(org.levels[0])).reserved, { timeout: 10_000 }).toBe(0n);
  expect(await t.budget(org.levels[0])).toMatchObject({ spent: BigInt(pairs) * 4n, overrun: 0n });
  expect(await t.disagreeing()).toEqual([]);
};

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("no call is lost or doubled when database backends are killed in the middle of batches", { timeout: 60_000 }, () =>
  inScene(async (scene) => {
    const { t, ledger } = scene;
    const org = await t.organization([{ limit: 1_000_000n }]);
    const work = load(scene, org, 40);
    for (let kill = 0; kill < 25; kill += 1) {
      // However busy the machine is, some calls pass between the kills.
      const before = work.pairs();
      await expect.poll(work.pairs, { timeout: 10_000, interval: 5 }).toBeGreaterThan(before + 4);
      await wait((kill * 29) % 70);
      await t.pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'nexus-book'",
      );
    }
    await wait(300);
    const pairs = await work.stop();
    expect(ledger.counts.resent).toBeGreaterThan(0);
    expect(ledger.counts).toMatchObject({ late: 0, conflict: 0, lost: 0 });
    expect(pairs).toBeGreaterThan(100);
    await expectExactly(scene, org, pairs);
  }),
);

test.each(["toTarget", "toClient"] as const)(
  "no call is lost or doubled when connections are cut after any number of bytes (%s)",
  (direction) =>
    inScene(async (scene) => {
      const { t, proxy, ledger } = scene;
      const org = await t.organization([{ limit: 1_000_000n }]);
      const work = load(scene, org, 20);
      for (let cut = 0; cut < 25; cut += 1) {
        await wait(40);
        await proxy.set({
          [direction]: {
            cutAfterBytes: direction === "toClient" ? 1 + ((cut * 13) % 300) : 50 + ((cut * 397) % 9_000),
          },
        });
        await wait(30);
        await proxy.clear();
      }
      await wait(300);
      const pairs = await work.stop();
      expect(ledger.counts.resent).toBeGreaterThan(0);
      expect(ledger.counts).toMatchObject({ late: 0, conflict: 0, lost: 0 });
      await expectExactly(scene, org, pairs);
    }),
);

test("a call whose answer was lost after the commit gets it by sending the same id again", () =>
  inScene(async (scene) => {
    const { t, proxy, ledger } = scene;
    const org = await t.organization([{ limit: 100n }]);
    await ledger.reserve(t.call(org, 1n));
    const call = t.call(org, 60n, {
      idempotency: { key: crypto.getRandomValues(new Uint8Array(32)), fingerprint: new Uint8Array(32) },
    });
    await proxy.set({ toClient: { cutAfterBytes: 0 } });
    const reply = ledger.reserve(call);
    await expect.poll(() => stateOf(scene, call.operationId), { timeout: 10_000 }).toBe("open");
    await proxy.clear();
    expect(await reply).toEqual({ status: "held" });
    await proxy.set({ toClient: { cutAfterBytes: 0 } });
    const ended = ledger.settle({
      operationId: call.operationId,
      end: "settled",
      costNanos: 70n,
      source: "provider",
      result: {},
    });
    await expect.poll(() => stateOf(scene, call.operationId), { timeout: 10_000 }).toBe("settled");
    await proxy.clear();
    expect(await ended).toBe("same");
    expect(await t.budget(org.levels[1])).toMatchObject({ reserved: 1n, spent: 60n, overrun: 10n });
  }));

// Waited for side by side.
test.concurrent("while the database is away calls are refused with effect none; they work again when it is back", ({
  expect,
}) =>
  inScene(async ({ t, proxy, ledger }) => {
    const org = await t.organization([{ limit: 1_000n }]);
    const held = t.call(org, 10n);
    await ledger.reserve(held);
    await proxy.set({ reset: true, refuse: true });
    await expect(ledger.reserve(t.call(org, 10n))).rejects.toMatchObject({
      code: "LEDGER_UNAVAILABLE",
      effect: "none",
    });
    expect(ledger.lag().connected).toBe(false);
    const settling = ledger.settle({
      operationId: held.operationId,
      end: "settled",
      costNanos: 3n,
      source: "provider",
      result: {},
    });
    await proxy.clear();
    expect(await settling).toBe("settled");
    await expect.poll(() => ledger.reserve(t.call(org, 10n)), { timeout: 5_000 }).toEqual({ status: "held" });
    // A hold that landed after its caller was refused may still be on its way back.
    await expect
      .poll(() => ledger.lag(), { timeout: 5_000 })
      .toMatchObject({ connected: true, reserving: 0, settling: 0 });
  }));

test("a hold that is made after its caller gave up is released", () =>
  inScene(async (scene) => {
    const { t, proxy, ledger } = scene;
    const org = await t.organization([{ limit: 100n }]);
    await ledger.reserve(t.call(org, 1n));
    const caller = new AbortController();
    const call = t.call(org, 60n);
    await proxy.set({ toClient: { blackhole: true } });
    const reply = ledger.reserve(call, caller.signal);
    await expect.poll(() => stateOf(scene, call.operationId), { timeout: 10_000 }).toBe("open");
    const queued = t.call(org, 5n);
    const never = ledger.reserve(queued, caller.signal);
    caller.abort();
    await expect(reply).rejects.toMatchObject({ code: "REQUEST_CANCELLED", effect: "none" });
    await expect(never).rejects.toMatchObject({ code: "REQUEST_CANCELLED", effect: "none" });
    await proxy.clear();
    await expect.poll(() => stateOf(scene, call.operationId), { timeout: 10_000 }).toBe("released");
    expect(await stateOf(scene, queued.operationId)).toBeUndefined();
    expect(ledger.counts.abandoned).toBe(1);
  }));

test.concurrent("calls are refused when the queue is full or too old, and holds made meanwhile are released", ({
  expect,
}) =>
  inScene(async ({ t, proxy, ledger }) => {
    const org = await t.organization([{ limit: 1_000_000n }]);
    await ledger.reserve(t.call(org, 1n));
    await proxy.set({ toClient: { blackhole: true } });
    const first = ledger.reserve(t.call(org, 10n));
    await wait(50);
    const replies = Promise.allSettled(Array.from({ length: 2_100 }, () => ledger.reserve(t.call(org, 10n))));
    await expect(ledger.reserve(t.call(org, 10n))).rejects.toMatchObject({ code: "OVERLOADED", effect: "none" });
    expect((await replies).every(({ status }) => status === "rejected")).toBe(true);
    await expect(first).rejects.toMatchObject({ code: "OVERLOADED", effect: "none" });
    await proxy.clear();
    await expect.poll(async () => (await t.budget(org.levels[1])).reserved, { timeout: 10_000 }).toBe(1n);
    expect(await ledger.reserve(t.call(org, 10n))).toEqual({ status: "held" });
  }));

test("one invalid call in a batch does not affect the others", () =>
  inScene(async ({ t, ledger }) => {
    const org = await t.organization([{ limit: 1_000_000n }]);
    const calls = Array.from({ length: 60 }, (_, index) => {
      const call = t.call(org, 10n);
      return index % 17 === 3 ? { ...call, operationId: `no id ${index}` } : call;
    });
    const replies = await Promise.allSettled(calls.map((call) => ledger.reserve(call)));
    expect(replies.filter(({ status }) => status === "rejected")).toHaveLength(4);
    expect((await t.budget(org.levels[1])).reserved).toBe(560n);
    const held = calls.filter((_, index) => replies[index]?.status === "fulfilled");
    const ends = await Promise.allSettled(
      held.map(({ operationId }, index) =>
        ledger.settle({
          operationId: index === 30 ? "no id" : operationId,
          end: "settled",
          costNanos: 1n,
          source: "provider",
          result: {},
        }),
      ),
    );
    expect(ends.filter((end) => end.status === "fulfilled" && end.value === "settled")).toHaveLength(55);
    expect(ends.filter(({ status }) => status === "rejected")).toHaveLength(1);
  }));

test.concurrent("a process that cannot renew its heartbeat starts no effect", ({ expect }) =>
  inScene(async ({ proxy, ledger }) => {
    expect(() => ledger.fence()).not.toThrow();
    await proxy.set({ reset: true, refuse: true });
    await expect
      .poll(
        () => {
          try {
            ledger.fence();
            return "open";
          } catch (error) {
            return error;
          }
        },
        { timeout: 14_000 },
      )
      .toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none" });
    await proxy.clear();
    await expect.poll(() => ledger.lag().heartbeatAgeMs, { timeout: 5_000 }).toBeLessThan(3_000);
  }));

test("closing refuses new holds and ends the present ones", () =>
  inScene(async ({ t, ledger }) => {
    const org = await t.organization();
    const call = t.call(org, 10n);
    await ledger.reserve(call);
    const ended = ledger.settle({
      operationId: call.operationId,
      end: "settled",
      costNanos: 1n,
      source: "provider",
      result: {},
    });
    const closed = ledger.close();
    await expect(ledger.reserve(t.call(org, 10n))).rejects.toMatchObject({
      code: "LEDGER_UNAVAILABLE",
      effect: "none",
    });
    expect(await ended).toBe("settled");
    await closed;
  }));

import { expect, test } from "vitest";
import { runOpenLoop } from "./open-loop.ts";

/** Time that passes only where something waits. */
const virtualTime = () => {
  let now = 0;
  const waiting: { at: number; wake: () => void }[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((wake) => waiting.push({ at: now + Math.max(0, ms), wake }));
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let ended: { readonly value: T } | undefined;
    const pass = (): void => {
      if (ended) return;
      const [next] = waiting.sort((a, b) => a.at - b.at);
      waiting.shift();
      now = Math.max(now, next?.at ?? now);
      next?.wake();
      // Whoever can go on without time does so first.
      setImmediate(pass);
    };
    setImmediate(pass);
    ended = { value: await work };
    return ended.value;
  };
  return { clock: { now: () => now, sleep }, run };
};

test("a fast server is asked at the rate, and answers at once", async () => {
  const { clock, run } = virtualTime();
  const load = await run(runOpenLoop({ rate: 100, seconds: 2, graceMs: 1_000, send: () => clock.sleep(3), clock }));
  expect(load).toMatchObject({ requests: 200, errors: 0, unanswered: 0 });
  expect(load.p50Ms).toBeCloseTo(3, 1);
  expect(load.p999Ms).toBeCloseTo(3, 1);
  expect(load.requestsPerSecond).toBeCloseTo(100, 0);
});

test("a server that stands still for a second is charged with all that was to be sent meanwhile", async () => {
  const { clock, run } = virtualTime();
  /** One request at a time, as over a single connection; the tenth takes a second. */
  let free = 0;
  let taken = 0;
  const send = (): Promise<void> => {
    taken += 1;
    free = Math.max(free, clock.now()) + (taken === 10 ? 1_000 : 1);
    return clock.sleep(free - clock.now());
  };
  const load = await run(runOpenLoop({ rate: 100, seconds: 10, graceMs: 5_000, send, clock }));
  expect(load).toMatchObject({ requests: 1_000, errors: 0 });
  // Of 1,000 requests about 110 waited: a loop that waits for its answers would have seen one.
  expect(load.p50Ms).toBeCloseTo(1, 1);
  expect(load.p99Ms).toBeGreaterThan(900);
});

test("what is never answered is an error, and is charged with the time until the end", async () => {
  const { clock, run } = virtualTime();
  let asked = 0;
  const send = (): Promise<void> => {
    asked += 1;
    if (asked % 10 === 1) return new Promise(() => undefined);
    return asked % 10 === 2 ? Promise.reject(new Error("answered 500")) : clock.sleep(1);
  };
  const load = await run(runOpenLoop({ rate: 100, seconds: 1, graceMs: 2_000, send, clock }));
  expect(load).toMatchObject({ requests: 100, errors: 20, unanswered: 10 });
  expect(load.p999Ms).toBeGreaterThan(2_900);
});

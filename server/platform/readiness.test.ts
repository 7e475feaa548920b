import { expect, test } from "vitest";
import { createReadiness, NotReady } from "./readiness.ts";

const clock = () => {
  let now = 0;
  return { monotonic: () => now, advance: (ms: number) => (now += ms) };
};
const never = (): Promise<never> => new Promise(() => undefined);

test("a flood of questions costs one look a second", async () => {
  const time = clock();
  let looks = 0;
  const { look } = createReadiness([{ name: "part", check: async () => `look ${(looks += 1)}` }], time);
  await Promise.all(Array.from({ length: 1_000 }, look));
  time.advance(999);
  for (let times = 0; times < 1_000; times += 1) await look();
  expect(looks).toBe(1);
  time.advance(1);
  expect((await look()).checks).toEqual({ part: { ok: true, note: "look 2" } });
});

test("what is wrong is named; errors that may hold an address are not", async () => {
  const { look } = createReadiness(
    [
      { name: "fine", check: async () => "answers" },
      { name: "clock", check: () => Promise.reject(new NotReady("300000 ms off")) },
      { name: "database", check: () => Promise.reject(new Error("connect ECONNREFUSED 10.1.2.3:5432")) },
    ],
    clock(),
  );
  expect(await look()).toEqual({
    ready: false,
    checks: {
      fine: { ok: true, note: "answers" },
      clock: { ok: false, note: "300000 ms off" },
      database: { ok: false, note: "not available" },
    },
  });
});

test.concurrent("a check that hangs is answered for in two seconds, does not pile up, and counts again once it answers", async ({
  expect,
}) => {
  const time = clock();
  let begun = 0;
  let mended = false;
  const waiting: (() => void)[] = [];
  const check = (): Promise<string> => {
    begun += 1;
    return mended ? Promise.resolve("answers") : new Promise((resolve) => waiting.push(() => resolve("late")));
  };
  const { look } = createReadiness([{ name: "part", check }], time);
  const began = performance.now();
  for (let times = 0; times < 5; times += 1) {
    expect(await look()).toEqual({ ready: false, checks: { part: { ok: false, note: "no answer in time" } } });
    time.advance(1_000);
  }
  // Three were waited for; the others did not begin.
  expect([begun, performance.now() - began < 8_000]).toEqual([3, true]);
  mended = true;
  for (const answer of waiting) answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect((await look()).ready).toBe(true);
});

test.concurrent("one that hangs hides nothing of the others", async ({ expect }) => {
  const { look } = createReadiness(
    [
      { name: "hangs", check: never },
      { name: "answers", check: async () => "yes" },
    ],
    clock(),
  );
  expect((await look()).checks).toMatchObject({ hangs: { ok: false }, answers: { ok: true, note: "yes" } });
});

import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { silentLogger as log } from "../logger.ts";
import { followDatabaseClock, type DatabaseClock } from "./database-clock.ts";

const clocks: DatabaseClock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.close();
});

/** A database and a host whose clocks are set at will; each question takes some time each way. */
const world = () => {
  const it = {
    monotonic: 1_000,
    wall: 1_700_000_000_000,
    database: 1_800_000_000_000,
    thereMs: 2,
    backMs: 3,
    away: false,
  };
  const pass = (ms: number): void => {
    it.monotonic += ms;
    it.wall += ms;
    it.database += ms;
  };
  const query = async (): Promise<{ rows: { now: number }[] }> => {
    if (it.away) throw new Error("away");
    pass(it.thereMs);
    const rows = [{ now: it.database }];
    pass(it.backMs);
    return { rows };
  };
  const ahead: number[] = [];
  const follow = async (everyMs?: number): Promise<DatabaseClock> => {
    const clock = await followDatabaseClock({
      // The one question that is asked.
      pool: { query } as never,
      log,
      onMeasured: (ms) => void ahead.push(ms),
      host: { now: () => it.wall, monotonic: () => it.monotonic },
      ...(everyMs === undefined ? {} : { everyMs }),
    });
    clocks.push(clock);
    return clock;
  };
  return { it, pass, follow, ahead };
};

test("the time is the database's, whatever the host's clock says and however long a query takes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 }),
      fc.array(fc.tuple(fc.nat(60_000), fc.nat(400), fc.nat(400), fc.integer({ min: -5, max: 5 })), { maxLength: 10 }),
      async (offset, steps) => {
        const { it, pass, follow, ahead } = world();
        it.wall = it.database + offset;
        const clock = await follow();
        expect(Math.abs(clock.now() - it.database)).toBeLessThanOrEqual(3);
        expect(Math.abs((ahead.at(-1) ?? Number.NaN) - offset)).toBeLessThanOrEqual(4);
        for (const [passed, there, back, drift] of steps) {
          pass(passed);
          // The host's clock is set in between; the database's drifts by a little.
          it.wall += 3_600_000 * drift;
          it.database += drift;
          [it.thereMs, it.backMs] = [there, back];
          await clock.measure();
          expect(Math.abs(clock.now() - it.database)).toBeLessThanOrEqual(Math.max(there, back) + 3);
        }
      },
    ),
  );
});

test("a change of the database's clock is followed in both directions; a database that is away is not waited for", async () => {
  const { it, pass, follow } = world();
  const clock = await follow();
  for (const jump of [7_200_000, -86_400_000]) {
    it.database += jump;
    await clock.measure();
    expect(Math.abs(clock.now() - it.database)).toBeLessThanOrEqual(5);
  }
  it.away = true;
  await expect(clock.measure()).rejects.toThrow("away");
  pass(30_000);
  it.wall -= 10_000_000;
  expect(Math.abs(clock.now() - it.database)).toBeLessThanOrEqual(5);
});

test("a machine that was suspended asks at once, because its monotonic clock stood still", async () => {
  const { it, follow } = world();
  const clock = await follow(60_000);
  it.wall += 3_600_000;
  it.database += 3_600_000;
  expect(it.database - clock.now()).toBeGreaterThan(3_500_000);
  await pause(1_300);
  expect(Math.abs(clock.now() - it.database)).toBeLessThanOrEqual(5);
});

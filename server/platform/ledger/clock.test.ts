import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { systemClock, type Clock } from "../clock.ts";
import { timeIdsBy, newId } from "../ids.ts";
import { silentLogger as log } from "../logger.ts";
import { openLedger } from "./index.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

test.each([6 * 60_000, -6 * 60_000, 86_400_000])(
  "an id made by a clock that is %i ms off is refused with a message about the clock, which is then corrected",
  async (off) => {
    let offsetMs = off;
    const clock: Clock = {
      now: () => Date.now() + offsetMs,
      monotonic: systemClock.monotonic,
      measure: async () => {
        offsetMs = 0;
      },
    };
    timeIdsBy(clock);
    const ledger = await openLedger({
      connectionString: t.url,
      processId: newId(),
      clock,
      log,
      requireDurability: true,
    });
    try {
      const organization = await t.organization();
      const hold = () => ledger.reserve(t.call(organization, 100n));
      await expect(hold()).rejects.toMatchObject({
        code: "LEDGER_UNAVAILABLE",
        effect: "none",
        retryAfterMs: 1_000,
        message: expect.stringMatching(
          new RegExp(`clock of this gateway was \\d+ s ${off < 0 ? "behind" : "ahead of"} the database's`),
        ),
      });
      expect(await hold()).toMatchObject({ status: "held" });
    } finally {
      timeIdsBy(systemClock);
      await ledger.close();
    }
  },
);

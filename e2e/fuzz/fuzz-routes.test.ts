import { expect, it } from "vitest";
import { silentLogger } from "../../server/platform/logger.ts";
import { canaryKey } from "../../test/canary-key.ts";
import { openTestDeps } from "../../test/deps.ts";
import { fuzzRoutes } from "./routes/fuzz-routes.ts";
import { openRoutesWorld } from "./routes/open-routes-world.ts";

it("five hundred requests of every kind to both listeners get no 5xx", { timeout: 120_000 }, async () => {
  const world = await openRoutesWorld({ base: await openTestDeps(), vendorKey: canaryKey(), log: silentLogger });
  try {
    const { faults, statuses } = await fuzzRoutes({ world, seed: 20_261, count: 500 });
    expect(faults).toEqual([]);
    // Some of them get as far as there is to get.
    expect(statuses["200"]).toBeGreaterThan(20);
    expect(statuses["400"]).toBeGreaterThan(20);
  } finally {
    await world.close();
  }
});

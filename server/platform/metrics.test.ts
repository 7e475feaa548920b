import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("gateways of one process show what is the process's alike, and what is their own apart", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.drains.set(3);
  const drains = (text: string): string | undefined => /^nexus_drains (\d+)$/m.exec(text)?.[1];
  const [first, second] = [await one.registry.metrics(), await other.registry.metrics()];
  expect([drains(first), drains(second)]).toEqual(["3", "0"]);
  for (const text of [first, second])
    for (const name of ["nexus_process_cpu_seconds_total", "nexus_nodejs_eventloop_lag_p99_seconds"])
      expect(text).toMatch(new RegExp(`^${name} `, "m"));
  // One monitor of the event loop and of garbage collection, however many gateways there are.
  const name = "nexus_nodejs_eventloop_lag_seconds";
  expect(one.registry.getSingleMetric(name)).toBe(other.registry.getSingleMetric(name));
});

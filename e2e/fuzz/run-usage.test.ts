import { expect, it } from "vitest";
import { runUsage } from "./run-usage.ts";

it("a few hundred vendor answers hold", async () => {
  const lines: object[] = [];
  expect(await runUsage({ seed: 7, count: 400, print: (line) => void lines.push(line) })).toBe(true);
  expect(lines).toMatchObject([
    { target: "usage", seed: 7 },
    { answers: 400, dropped: 0, held: true },
  ]);
});

import { expect, test } from "vitest";
import { parseDollars } from "./parse-dollars.ts";

test.each<[string, string | undefined]>([
  ["25", "25000000000"],
  ["$0.0024", "2400000"],
  [" 0.000000001 ", "1"],
  ["0", "0"],
  ["0.0000000001", undefined],
  ["1,000", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["", undefined],
])("%s is %s nano-USD", (text, nanos) => {
  expect(parseDollars(text)).toBe(nanos);
});

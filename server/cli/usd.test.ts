import { expect, test } from "vitest";
import * as fc from "fast-check";
import { formatUsd, parseUsd } from "./usd.ts";

test.each([
  ["25", 25_000_000_000n],
  ["25.00", 25_000_000_000n],
  ["0.000000001", 1n],
  [" 1.5 ", 1_500_000_000n],
  ["0", 0n],
])("%s USD is %s nano-USD", (text, nanos) => expect(parseUsd(text)).toBe(nanos));

test.each(["", "-1", "1e5", "1,000", "1.0000000001", "25 USD", ".5", "1.", "0x10", "٣", "99999999999"])(
  "%j is refused with an example",
  (text) => expect(() => parseUsd(text)).toThrow(/is not an amount: .*25\.00/),
);

test("what is shown is what was meant, to the nano", () => {
  fc.assert(fc.property(fc.bigInt(0n, 9_999_999_999_999_999_999n), (nanos) => parseUsd(formatUsd(nanos)) === nanos));
  expect(formatUsd(25_000_000_000n)).toBe("25.00");
  expect(formatUsd(-1n)).toBe("-0.000000001");
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { conclude, type Conclusion, type UnknownFacts } from "./conclude.ts";
import { usableKeyMs } from "./provider-key.ts";

const known: UnknownFacts = {
  repeated: undefined,
  found: undefined,
  cancelled: false,
  reported: undefined,
  quiet: true,
  keyAlive: false,
  patient: true,
};

type LookUp = "strong" | "eventual" | "none";

const cases: readonly (readonly [string, LookUp, Partial<UnknownFacts>, Conclusion])[] = [
  ["a repeat under the key was done", "none", { repeated: "done", quiet: false }, "done"],
  ["a look-up finds it", "eventual", { found: "done", quiet: false }, "done"],
  ["an app was told so, and nobody can be asked", "none", { reported: "done", quiet: false }, "done"],
  [
    "an app was told so, and the vendor shows nothing yet",
    "strong",
    { reported: "done", found: "absent", quiet: false },
    "later",
  ],
  ["an app was told so, and the vendor shows nothing", "strong", { reported: "done", found: "absent" }, "review"],
  ["a look-up that shows everything finds nothing", "strong", { found: "absent" }, "none"],
  ["the same, and a request may be on its way", "strong", { found: "absent", quiet: false }, "later"],
  ["a look-up that takes its time finds nothing", "eventual", { found: "absent" }, "review"],
  ["the same, before it can show", "eventual", { found: "absent", patient: false }, "later"],
  ["the same request is refused", "none", { repeated: "rejected", keyAlive: true }, "none"],
  [
    "the same request is refused, and the first may be on its way",
    "none",
    { repeated: "rejected", quiet: false },
    "later",
  ],
  [
    "the same request is refused, and the look-up failed",
    "strong",
    { repeated: "rejected", found: "unclear" },
    "later",
  ],
  ["the key belongs to another request", "none", { repeated: "mismatch", keyAlive: true }, "review"],
  ["the key was cancelled", "none", { repeated: "unclear", cancelled: true, keyAlive: true }, "none"],
  ["an app was told that it was not done", "none", { reported: "not_done" }, "none"],
  ["an app was told so, and a request may be on its way", "none", { reported: "not_done", quiet: false }, "later"],
  [
    "an app was told that it was not done, and the look-up failed",
    "strong",
    { reported: "not_done", found: "unclear" },
    "later",
  ],
  ["no key, no look-up, no report", "none", {}, "review"],
  ["no key, no look-up, and a request may be on its way", "none", { quiet: false }, "later"],
  ["the key can be used again", "none", { repeated: "unclear", keyAlive: true }, "later"],
  ["the vendor that shows everything does not answer", "strong", { found: "unclear" }, "later"],
];

test.each(cases)("%s (look-up: %s): %o is %s", (_, lookUp, more, conclusion) => {
  expect(conclude({ ...known, ...more }, { lookUp })).toBe(conclusion);
});

const anyKnown: fc.Arbitrary<UnknownFacts> = fc.record({
  repeated: fc.constantFrom("done", "rejected", "mismatch", "unclear", undefined),
  found: fc.constantFrom("done", "absent", "unclear", undefined),
  cancelled: fc.boolean(),
  reported: fc.constantFrom("done", "not_done", undefined),
  quiet: fc.boolean(),
  keyAlive: fc.boolean(),
  patient: fc.boolean(),
});
const anyLookUp = fc.constantFrom<LookUp>("strong", "eventual", "none");

test("nothing is taken for not done while a request may be on its way, or without a proof", () => {
  fc.assert(
    fc.property(anyKnown, anyLookUp, (each, lookUp) => {
      if (conclude(each, { lookUp }) !== "none") return;
      expect(each.quiet).toBe(true);
      expect(each.repeated !== "done" && each.found !== "done" && each.reported !== "done").toBe(true);
      const proved =
        (lookUp === "strong" && each.found === "absent") ||
        each.cancelled ||
        (each.found !== "unclear" && (each.reported === "not_done" || each.repeated === "rejected"));
      expect(proved).toBe(true);
    }),
  );
});

test("what was seen to be done is done, whatever else is said", () => {
  fc.assert(
    fc.property(anyKnown, anyLookUp, (each, lookUp) => {
      if (each.repeated === "done" || each.found === "done") expect(conclude(each, { lookUp })).toBe("done");
    }),
  );
});

test("a key is used again for its lifetime without a tenth, and ten minutes at least", () => {
  const minute = 60_000;
  expect(usableKeyMs(undefined)).toBeUndefined();
  expect(usableKeyMs("unknown")).toBe(50 * minute);
  expect(usableKeyMs(24 * 60 * minute)).toBe(24 * 54 * minute);
  expect(usableKeyMs(11 * minute)).toBe(minute);
  expect(usableKeyMs(5 * minute)).toBe(0);
});

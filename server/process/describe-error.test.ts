import { expect, test } from "vitest";
import { describeError } from "./describe-error.ts";

test("an error is told with its code, its hint, and what caused it", () => {
  const cause = Object.assign(new Error("permission denied"), { code: "EACCES", syscall: "spawn", path: "/root/x" });
  const error = Object.assign(new TypeError("it broke", { cause }), { hint: "look there" });
  expect(describeError(error)).toBe(
    "TypeError: it broke (hint look there)\n  because: permission denied (code EACCES, syscall spawn, path /root/x)",
  );
});

test("every error of several is told", () => {
  const error = new AggregateError([new Error("one"), Object.assign(new Error("two"), { code: "E2" })]);
  expect(describeError(error)).toBe("AggregateError\n  because: one\n  because: two (code E2)");
});

test("what is no error, has no message or causes itself is told all the same", () => {
  expect(describeError("a word")).toBe("a word");
  expect(describeError(undefined)).toBe("undefined");
  expect(describeError({ a: 1 })).toBe("{ a: 1 }");
  expect(describeError(new RangeError())).toBe("RangeError");
  const own = new Error("round");
  own.cause = own;
  expect(describeError(own).split("\n")).toHaveLength(6);
});

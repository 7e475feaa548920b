import fc from "fast-check";
import { expect, it } from "vitest";
import { classifyBounce } from "./classify-bounce.ts";
import { bounceKinds } from "./mail-state.ts";

it.each([
  ["550 5.1.1", undefined, "hard"],
  ["5.1.10", "soft", "hard"],
  ["5.2.1", undefined, "hard"],
  ["552 5.2.2", "hard", "soft"],
  ["421 4.7.0", "hard", "soft"],
  ["450", undefined, "soft"],
  ["5.4.4", "hard", "hard"],
  ["554 5.7.1", "hard", "undetermined"],
  ["5.6.0", "soft", "undetermined"],
  ["5.1.8", "hard", "undetermined"],
  ["550", undefined, "undetermined"],
  ["550", "hard", "hard"],
  ["5.0.0", "soft", "soft"],
  [undefined, undefined, "undetermined"],
  [undefined, "soft", "soft"],
] as const)("%s that the vendor calls %s is %s", (code, told, kind) => {
  expect(classifyBounce(told, code)).toBe(kind);
});

it("an address is dead only by a code about addresses and mailboxes, or by the vendor's word", () => {
  const codes = fc.tuple(fc.constantFrom(2, 4, 5), fc.nat(999), fc.nat(999)).map((parts) => parts.join("."));
  fc.assert(
    fc.property(codes, fc.option(fc.constantFrom(...bounceKinds), { nil: undefined }), (code, told) => {
      const kind = classifyBounce(told, code);
      if (kind === "hard") expect(told === "hard" || /^5\.[12]\./.test(code)).toBe(true);
      if (code.startsWith("4.")) expect(kind).toBe("soft");
      if (code.startsWith("5.7.")) expect(kind).toBe("undetermined");
    }),
  );
});

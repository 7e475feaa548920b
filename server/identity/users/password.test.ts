import { expect, test } from "vitest";
import { chosenPassword, commonPasswords, presentedPassword } from "./password.ts";

const isChosen = (password: string): boolean => chosenPassword.safeParse(password).success;

test("the list of common passwords is long, in lower case, and has no entry that is too short anyway", () => {
  expect(commonPasswords.size).toBeGreaterThan(15_000);
  for (const password of commonPasswords) {
    expect(password.length).toBeGreaterThanOrEqual(8);
    if (password !== password.toLowerCase()) throw new Error(password);
  }
});

test.each(["12345678", "Password1", "QWERTYUIOP", "football", "Sunshine1", "pAsSwOrD"])(
  "%s is on the list",
  (password) => expect(isChosen(password)).toBe(false),
);

test.each([
  ["seven characters", "aB3$xyz", false],
  ["eight characters", "aB3$xyzq", true],
  ["256 characters", "ab".repeat(128), true],
  ["257 characters", `${"ab".repeat(128)}c`, false],
  ["eight astral characters", "😀🎉🚀🌍🔥💡🎯🧩", true],
  ["spaces at its ends", "  a b c d  ", true],
  ["no digit and no capital", "correct horse battery staple", true],
  ["a lone surrogate", "abcdefgh\ud800", false],
])("passwords: %s", (_, password, accepted) => expect(isChosen(password)).toBe(accepted));

test("a password at sign-in is used exactly as sent", () => {
  expect(presentedPassword.parse("  Ünïcode\u0301  ")).toBe("  Ünïcode\u0301  ");
  expect(presentedPassword.safeParse("x".repeat(1_025)).success).toBe(false);
});

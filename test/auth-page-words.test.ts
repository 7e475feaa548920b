import { globSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { AuthRefusal } from "../app/_auth-api/auth-refusal.ts";
import { explainError, explainCode, errorTexts } from "../app/_auth-api/explain.ts";
import { passwordStrength } from "../app/_forms/password-strength.ts";
import { pagePaths as shown } from "../app/(identity)/_flow/page-paths.ts";
import { authErrorTable } from "../server/identity/auth-error.ts";
import { servedPagePaths as forwarded } from "../server/identity/http/pages.ts";

test("the pages explain every error code of Auth [D1]", () => {
  expect(Object.keys(authErrorTable).filter((code) => !Object.hasOwn(errorTexts, code))).toEqual([]);
});

test("an unknown error code is shown as an internal error, without details [D1]", () => {
  for (const code of ["<b>x</b>", "constructor", "__proto__", "toString"])
    expect(explainCode(code)).toBe(errorTexts.internal);
});

test("an error says how long to wait [D1]", () => {
  const wait = (retryAfterMs: number) => explainError(new AuthRefusal("too_many_attempts", { retryAfterMs }));
  expect(wait(30_000)).toBe("Too many attempts. Try again in 30 seconds.");
  expect(wait(840_000)).toBe("Too many attempts. Try again in 14 minutes.");
});

test.each([
  ["", 0, ""],
  ["abc", 10, "5 more to go"],
  ["aaaaaaaaaaaaaaaa", 25, "Easy to guess"],
  ["abcdefghijklmnop", 25, "Easy to guess"],
  ["12345678", 25, "Easy to guess"],
  ["vmzkhxub", 50, "Fair; longer is better"],
  ["vmzkhxubtfqc", 75, "Good"],
  ["a very plain test sentence", 100, "Strong"],
  ["🦊🐢🦉🐝🐙🦋🐌🐞", 50, "Fair; longer is better"],
  ["x".repeat(257), 100, "Too long: at most 256 characters"],
])("the strength meter judges %j by length and variety, not by character classes [D1]", (password, percent, words) => {
  expect(passwordStrength(password)).toMatchObject({ percent, words });
});

test("the pages that are built, served and proxied are the same [D1]", () => {
  const built = globSync("**/page.tsx", { cwd: new URL("../app/(identity)/", import.meta.url) }).map(
    (file) => `/${dirname(file)}`,
  );
  expect([...shown].sort()).toEqual(built.sort());
  expect([...forwarded].sort()).toEqual(["/", ...shown].sort());
});

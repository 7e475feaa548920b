import { expect, test } from "vitest";
import { returnTo, thenReturn } from "../app/(identity)/_flow/return-to.ts";
import { returnPath } from "../app/_session/return-path.ts";

const foreign = [
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "/.//evil.example/",
  "/a/..//evil.example/",
  "/%2e//evil.example/",
  "/./\\evil.example/",
  "/\t/evil.example/",
  "/\n/evil.example/",
  " //evil.example/",
  "javascript:alert(1)",
  "data:text/html,x",
  "evil.example",
  "@evil.example",
  "",
];

test.each(foreign)("a foreign return path %j leads home [D1]", (wanted) => {
  for (const path of [returnPath(wanted), returnTo(wanted)]) {
    expect(new URL(path, "https://auth.example").origin).toBe("https://auth.example");
    expect(path).toBe("/");
  }
});

test.each(["/interaction/abc?x=1", "/device?user_code=AB-CD", "/settings", "/accept-invitation"])(
  "the return path %j is kept [D1]",
  (wanted) => {
    expect(returnPath(wanted)).toBe(wanted);
    expect(returnTo(wanted)).toBe(wanted);
  },
);

test("no return path leads to a page that only redirects [C6]", () => {
  for (const page of [
    "/sign-in",
    "/sign-in/second-factor",
    "/sign-in?return_to=%2F",
    "/register",
    "/signed-out",
    "/error?code=x",
  ])
    expect(returnTo(page)).toBe("/");
  expect(returnTo(["/a", "/b"])).toBe("/");
  expect(thenReturn("/register", "/")).toBe("/register");
  expect(thenReturn("/register", "/device?a=b&c=d")).toBe("/register?return_to=%2Fdevice%3Fa%3Db%26c%3Dd");
});

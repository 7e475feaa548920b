import { expect, test } from "vitest";
import { localReturnPath } from "./return-path.ts";

const issuer = "http://localhost:3001";

test.each([
  ["/", "/"],
  ["/settings", "/settings"],
  ["/interaction/abc?x=1&y=%2F", "/interaction/abc?x=1&y=%2F"],
  ["/a/../b", "/b"],
])("the return path %s leads to %s [RFC 9700 §4.11]", (text, path) => expect(localReturnPath(text, issuer)).toBe(path));

test.each([
  undefined,
  "",
  "settings",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "/%2e//evil.example",
  "https://evil.example",
  "http://localhost:3001@evil.example/",
  "http://localhost:3001/settings",
  "javascript:alert(1)",
  "/\tevil",
  "/\n/evil.example",
  " /settings",
  "/\u0000",
  `/${"a".repeat(2_000)}`,
])("%j is not a return path [RFC 9700 §4.11]", (text) => expect(localReturnPath(text, issuer)).toBeUndefined());

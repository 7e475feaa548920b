import { expect, test } from "vitest";
import { isPublicUrl, isRedirectUri } from "./public-url.ts";

test.each(["https://app.example.com/", "https://app.example.com:8443/back?x=1", "https://xn--bcher-kva.example/"])(
  "%s is public [F5]",
  (url) => expect(isPublicUrl(url)).toBe(true),
);

test.each([
  "http://app.example.com/",
  "https://localhost/",
  "https://app.localhost/",
  "https://intranet/",
  "https://10.0.0.1/",
  "https://8.8.8.8/",
  "https://0x7f000001/",
  "https://2130706433/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://169.254.169.254/latest/meta-data",
  "https://metadata.google.internal/",
  "https://printer.local/",
  "https://app.example.com./",
  "https://user:secret@app.example.com/",
  "https://app.example.com/#fragment",
  "https://app.example.com/#",
  "https:\\\\app.example.com\\",
  "https://app.example.com/ x",
  "https://１２７.0.0.1/",
  "javascript:alert(1)",
  "//app.example.com/",
  "not an address",
])("%s is not [F5]", (url) => expect(isPublicUrl(url)).toBe(false));

test("loopback is for native apps alone, and no redirect address resolves dots [F5]", () => {
  expect(isRedirectUri("http://127.0.0.1/back", "native")).toBe(true);
  expect(isRedirectUri("http://[::1]:9000/back", "native")).toBe(true);
  expect(isRedirectUri("http://127.0.0.1/back", "public")).toBe(false);
  expect(isRedirectUri("http://localhost/back", "confidential")).toBe(false);
  expect(isRedirectUri("http://127.0.0.1.example.com/back", "native")).toBe(false);
  for (const path of ["/a/../b", "/a/%2e%2e/b", "/."]) {
    expect(isRedirectUri(`https://app.example.com${path}`, "confidential")).toBe(false);
  }
});

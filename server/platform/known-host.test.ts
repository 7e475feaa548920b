import { expect, test } from "vitest";
import { isKnownHost } from "./known-host.ts";

test.each([
  "localhost",
  "localhost:3000",
  "LOCALHOST:1",
  "127.0.0.1:3000",
  "127.8.9.1",
  "[::1]:3000",
  "[::1]",
  "a.localhost:3",
])("%s is this machine", (host) => expect(isKnownHost(host, [])).toBe(true));

test.each([
  undefined,
  "",
  "evil.example",
  "evil.example:3000",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "127.0.0.1@evil.example",
  "evil.example#localhost",
  "xlocalhost",
  "nexus.example.evil.example",
])("%s is not", (host) => expect(isKnownHost(host, ["nexus.example"])).toBe(false));

test("a name of ours is known with and without a port, in any case", () => {
  for (const host of ["nexus.example", "Nexus.Example:443", "nexus.example."])
    expect(isKnownHost(host, ["nexus.example"])).toBe(true);
});

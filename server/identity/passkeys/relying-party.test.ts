import { expect, test } from "vitest";
import { createRelyingParty } from "./relying-party.ts";

test("the RP ID is the issuer's host name, or a domain it lies in", () => {
  expect(createRelyingParty({ issuer: "http://localhost:3001", rpId: undefined }).id).toBe("localhost");
  expect(createRelyingParty({ issuer: "https://auth.topolo.app", rpId: undefined }).id).toBe("auth.topolo.app");
  expect(createRelyingParty({ issuer: "https://auth.topolo.app", rpId: "topolo.app" }).id).toBe("topolo.app");
  expect(createRelyingParty({ issuer: "https://auth", rpId: undefined }).id).toBe("auth");
  for (const rpId of ["app", "olo.app", "evil.app", "nexus.topolo.app", ""])
    expect(() => createRelyingParty({ issuer: "https://auth.topolo.app", rpId })).toThrow("RP ID");
});

test("CORS/CSRF: origins on the domain are covered, look-alikes are not", () => {
  const { covers } = createRelyingParty({ issuer: "https://auth.topolo.app", rpId: "topolo.app" });
  for (const origin of ["https://topolo.app", "https://nexus.topolo.app", "https://nexus.topolo.app:8443"])
    expect(covers(origin)).toBe(true);
  for (const origin of [
    "http://nexus.topolo.app",
    "https://eviltopolo.app",
    "https://topolo.app.evil.com",
    "https://topolo.app/",
    "https://nexus.topolo.app@evil.com",
    "https://NEXUS.topolo.app",
    "null",
    "",
  ])
    expect(covers(origin)).toBe(false);
  const local = createRelyingParty({ issuer: "http://localhost:3001", rpId: undefined });
  expect(local.covers("http://localhost:3000")).toBe(true);
  expect(local.covers("http://127.0.0.1:3000")).toBe(false);
});

import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { digestToken, newToken, openPepper, sameDigest, tokenId } from "./index.ts";

test("a token tells its id, and nothing that is not one does", () => {
  const { id, raw } = newToken("nxs");
  const text = raw.reveal();
  expect(tokenId("nxs", text)).toBe(id);
  expect(tokenId("tpk", text)).toBeUndefined();
  for (const wrong of [
    "",
    "nxs",
    text.slice(1),
    `${text}0`,
    text.replace("_", "-"),
    text.toUpperCase(),
    "x".repeat(10_000),
  ]) {
    expect(tokenId("nxs", wrong)).toBeUndefined();
  }
});

test("a mistyped character fails the checksum", () => {
  const text = newToken("nxs").raw.reveal();
  for (let at = 4; at < text.length; at += 1) {
    const typo = text[at] === "7" ? "8" : "7";
    if (text[at] === "_") continue;
    expect(tokenId("nxs", text.slice(0, at) + typo + text.slice(at + 1))).toBeUndefined();
  }
});

test("digests depend on the pepper and compare safely at any length", () => {
  const pepper = openPepper(randomBytes(32).toString("base64"));
  const other = openPepper(randomBytes(32).toString("base64"));
  expect(sameDigest(digestToken(pepper, "t"), digestToken(pepper, "t"))).toBe(true);
  expect(sameDigest(digestToken(pepper, "t"), digestToken(other, "t"))).toBe(false);
  expect(sameDigest(digestToken(pepper, "t"), Buffer.alloc(3))).toBe(false);
  expect(() => openPepper("short")).toThrow("NEXUS_TOKEN_PEPPER");
});

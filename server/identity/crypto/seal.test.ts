import { expect, test } from "vitest";
import { createSealer } from "./seal.ts";

const key = (byte: number) => Buffer.alloc(32, byte);

test("an encrypted value decrypts only with the same key and binding", () => {
  const sealer = createSealer([key(1)]);
  const sealed = sealer.seal("plain", "row:1");
  expect(sealed).not.toContain("plain");
  expect(sealer.open(sealed, "row:1")).toBe("plain");
  expect(() => sealer.open(sealed, "row:2")).toThrow();
  expect(() => createSealer([key(2)]).open(sealed, "row:1")).toThrow("another encryption key");
  expect(sealer.seal("plain", "row:1")).not.toBe(sealed);
});

test("an altered byte or a shortened tag is refused", () => {
  const sealer = createSealer([key(1)]);
  const sealed = sealer.seal("plain", "row:1");
  const [version, id, nonce = "", body = ""] = sealed.split(".");
  for (const [part, rebuild] of [
    [nonce, (text: string) => [version, id, text, body].join(".")],
    [body, (text: string) => [version, id, nonce, text].join(".")],
  ] as const) {
    const bytes = Buffer.from(part, "base64url");
    for (let index = 0; index < bytes.length; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(() => sealer.open(rebuild(altered.toString("base64url")), "row:1")).toThrow();
    }
    expect(() => sealer.open(rebuild(bytes.subarray(0, -4).toString("base64url")), "row:1")).toThrow();
  }
  for (const text of ["", "v1", "v2" + sealed.slice(2), `${version}.${id}`])
    expect(() => sealer.open(text, "row:1")).toThrow();
});

test("a new key encrypts, and an earlier one still decrypts", () => {
  const earlier = createSealer([key(1)]).seal("plain", "row:1");
  const renewed = createSealer([key(2), key(1)]);
  expect(renewed.open(earlier, "row:1")).toBe("plain");
  expect(() => createSealer([key(1)]).open(renewed.seal("plain", "row:1"), "row:1")).toThrow();
});

test("keys have 32 bytes", () => {
  for (const keys of [[], [Buffer.alloc(16)], [key(1), Buffer.alloc(31)]])
    expect(() => createSealer(keys)).toThrow("32 bytes");
});

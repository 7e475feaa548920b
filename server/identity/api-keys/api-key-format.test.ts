import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, nat, pre, property, string } from "fast-check";
import { expect, test } from "vitest";
import { newPrefixedId } from "../../platform/ids.ts";
import { formatApiKey, parseApiKey } from "./api-key-format.ts";

test("a key names its row", () => {
  for (const environment of ["live", "test"] as const) {
    const id = newPrefixedId("key");
    const key = formatApiKey(id, environment);
    expect(key).toMatch(/^tpk_(live|test)_[0-9a-f]{32}_[0-9A-Za-z]{49}$/);
    expect(parseApiKey(key)).toEqual({ id, environment });
  }
});

test("no two keys of a row are alike", () => {
  const id = newPrefixedId("key");
  expect(new Set(Array.from({ length: 1_000 }, () => formatApiKey(id, "live"))).size).toBe(1_000);
});

test("any one changed character is noticed before the database is asked", () => {
  const key = formatApiKey(newPrefixedId("key"), "live");
  assert(
    property(nat(key.length - 1), string({ minLength: 1, maxLength: 1 }), (index, character) => {
      pre(key[index] !== character);
      expect(parseApiKey(key.slice(0, index) + character + key.slice(index + 1))).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test("no text makes the parser throw", () => {
  assert(property(string({ unit: "binary", maxLength: 300 }), (text) => parseApiKey(text) === undefined));
});

test("the expression, example and checksum in the documentation for secret scanners are right [F1]", async () => {
  const page = await readFile(join(import.meta.dirname, "..", "..", "..", "docs", "api-keys.md"), "utf8");
  const expression = new RegExp(/```regexp\n(.+)\n```/.exec(page)?.[1] ?? "(?!)", "g");
  const [example = ""] = page.match(expression) ?? [];
  expect(parseApiKey(example)).toMatchObject({ environment: "test" });
  const id = `key_${"0123456789abcdef".repeat(2)}`;
  for (let count = 0; count < 200; count += 1) {
    const key = formatApiKey(id, count % 2 === 0 ? "live" : "test");
    expect(`${key}\n`.match(expression)).toEqual([key]);
    expect(key.slice(-6)).toBe(documentedChecksum(key.slice(0, -6)));
  }
});

// Written from the page alone, bit by bit.
const documentedChecksum = (text: string): string => {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let crc = 0xffff_ffff;
  for (const byte of Buffer.from(text, "ascii")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  let rest = (crc ^ 0xffff_ffff) >>> 0;
  let written = "";
  for (let digit = 0; digit < 6; digit += 1) {
    written = (digits[rest % 62] ?? "") + written;
    rest = Math.floor(rest / 62);
  }
  return written;
};

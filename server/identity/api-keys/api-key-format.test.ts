import { assert, nat, pre, property, string } from "fast-check";
import { expect, test } from "vitest";
import { newPrefixedId } from "../../platform/ids.ts";
import { formatApiKey, parseApiKey } from "./api-key-format.ts";

test("a key leads back to its row", () => {
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

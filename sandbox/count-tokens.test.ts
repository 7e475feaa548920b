import { assert, nat, property, string } from "fast-check";
import { expect, it } from "vitest";
import { fragmentsOf, wordsOf } from "./compose-answer.ts";
import { cachedTokens, countTokens, firstTokens } from "./count-tokens.ts";

const text = string({ unit: "grapheme", maxLength: 200 });

it("counts four bytes a token, begun ones too", () => {
  expect(["", "a", "abcd", "abcde", "é€😀"].map(countTokens)).toEqual([0, 1, 1, 2, 3]);
  expect([0, 1_023, 1_024, 2_000].map(cachedTokens)).toEqual([0, 0, 512, 896]);
});

it("cuts to exactly the limit, between characters", () => {
  assert(
    property(text, nat(60), (whole, limit) => {
      const cut = firstTokens(whole, limit);
      expect(whole.startsWith(cut)).toBe(true);
      expect(countTokens(cut)).toBe(Math.min(countTokens(whole), limit));
    }),
  );
});

it("splits texts and JSON without losing a character", () => {
  assert(
    property(text, (whole) => {
      expect(wordsOf(whole).join("")).toBe(whole);
      expect(fragmentsOf(whole).join("")).toBe(whole);
    }),
  );
});

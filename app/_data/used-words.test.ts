import { expect, it } from "vitest";
import { tokenCounts } from "./tokens.ts";
import { usedWords } from "./used-words.ts";

it.each([
  [{ second: 12 }, "12 s"],
  [{ character: 1_200 }, "1,200 characters"],
  [{ image: 1 }, "1 image"],
  [{ image: 2, megapixel: 3 }, "2 images, 3 megapixels"],
  [{ videoSecond1080p: 8 }, "8 s of video"],
  [{ search: 2 }, "2 searches"],
  [{ message: 1, recipient: 3 }, "3 recipients"],
  [{ second: 0 }, ""],
  [{ payment: 1, minorUnit: 4_200 }, ""],
  [null, ""],
])("what %j used is said as %s, and is no count of tokens", (units, words) => {
  expect(usedWords(units)).toBe(words);
  expect(tokenCounts(units)).toBeUndefined();
});

it("tokens of every kind are in or out, and zero of them is said", () => {
  const units = {
    input: 500,
    cacheRead: 400,
    inputAudio: 100,
    output: 170,
    outputAudio: 370,
  };
  expect(tokenCounts(units)).toEqual({ input: 1_000, output: 540 });
  expect(usedWords(units)).toBe("");
  expect(tokenCounts({ input: 0, output: 0 })).toEqual({ input: 0, output: 0 });
});

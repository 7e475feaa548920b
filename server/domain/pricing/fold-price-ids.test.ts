import { expect, test } from "vitest";
import { foldPriceIds, unfoldPriceIds } from "./fold-price-ids.ts";

test("ids alike become one, and are found again", () => {
  const ids = ["book@1:openai/gpt:input", "book@1:openai/gpt:output", "price_1", "book@1:google/gemini:input"];
  const folded = foldPriceIds(ids);
  expect(folded).toEqual(["book@1:openai/gpt:{input,output}", "price_1", "book@1:google/gemini:input"]);
  expect(unfoldPriceIds(folded)).toEqual(ids);
});

test("what is not folded stays as it is", () => {
  for (const ids of [[], ["price_1"], ["price_1", "price_2"], ["a:{b}", "a:{c}"], ["a:b,c", "a:d"]])
    expect(foldPriceIds(ids)).toEqual(ids);
  expect(unfoldPriceIds(["price_1", "a:b"])).toEqual(["price_1", "a:b"]);
});

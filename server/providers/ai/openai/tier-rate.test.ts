import { expect, it } from "vitest";
import { openAiTierRate } from "./tier-rate.ts";

const priced = (model: string, tier: string, usdPerMillion: number): number | undefined => {
  const rate = openAiTierRate(model, tier);
  return rate && (usdPerMillion * Number(rate.numerator)) / Number(rate.denominator);
};

it.each([
  ["gpt-5.5", 5, 12.5],
  ["gpt-5.4-2026-03-05", 2.5, 5],
  ["gpt-5.4-mini", 0.75, 1.5],
  ["gpt-5.2", 1.75, 3.5],
  ["gpt-5", 1.25, 2.5],
  ["gpt-5-codex", 1.25, 2.5],
  ["gpt-5-mini-2025-08-07", 0.25, 0.45],
  ["gpt-4.1", 2, 3.5],
  ["gpt-4.1-mini", 0.4, 0.7],
  ["gpt-4.1-nano", 0.1, 0.2],
  ["gpt-4o-2024-11-20", 2.5, 4.25],
  ["gpt-4o-2024-05-13", 5, 8.75],
  ["gpt-4o-mini", 0.15, 0.25],
  ["o3", 2, 3.5],
  ["o4-mini-2025-04-16", 1.1, 2],
])("%s at %s USD a million costs %s with priority", (model, standard, priority) => {
  expect(priced(model, "priority", standard)).toBeCloseTo(priority, 10);
  expect(priced(model, "flex", standard)).toBe(standard / 2);
  expect(priced(model, "default", standard)).toBe(standard);
});

it("knows no price of what has none published", () => {
  expect(openAiTierRate("gpt-5.9", "priority")).toBeUndefined();
  expect(openAiTierRate("o3-pro", "priority")).toBeUndefined();
  expect(openAiTierRate("gpt-5", "platinum")).toBeUndefined();
});

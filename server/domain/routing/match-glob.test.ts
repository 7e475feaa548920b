import { expect, it } from "vitest";
import { matchGlob } from "./match-glob.ts";

it.each([
  ["*", "openai/gpt-4o", true],
  ["openai/*", "openai/gpt-4o", true],
  ["openai/*", "openrouter/openai/gpt-4o", false],
  ["*/gpt-4o", "openrouter/openai/gpt-4o", true],
  ["openai/gpt-4o", "openai/gpt-4o", true],
  ["openai/gpt-4o", "openai/gpt-4o-mini", false],
  ["openai/gpt-?o", "openai/gpt-4o", true],
  ["openai/gpt-?o", "openai/gpt-o", false],
  ["openai/*-mini*", "openai/gpt-4o-mini-2024-07-18", true],
  ["openai/gpt.4o", "openai/gpt-4o", false],
  ["openai/**", "openai/", true],
  ["", "openai/gpt-4o", false],
  ["", "", true],
])("%j on %j: %s", (pattern, name, expected) => {
  expect(matchGlob(pattern, name)).toBe(expected);
});

it("takes no longer than name times pattern", () => {
  const began = process.threadCpuUsage();
  expect(matchGlob(`${"*a".repeat(120)}b`, "a".repeat(256))).toBe(false);
  expect(process.threadCpuUsage(began).user / 1_000).toBeLessThan(200);
});

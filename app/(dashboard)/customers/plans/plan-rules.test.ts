import { expect, test } from "vitest";
import { readPlanRules, writePlanRules } from "./plan-rules.ts";

test("rules are one a line, and are read as they are written", () => {
  const rules = [
    { family: "ai" as const, model: "openai/*", markupPercent: 35 },
    { family: "email" as const, markupPercent: 0 },
    { model: "claude-*", markupPercent: -12.5 },
  ];
  expect(writePlanRules(rules)).toBe("ai openai/* 35\nemail 0\nclaude-* -12.5");
  expect(readPlanRules(writePlanRules(rules))).toEqual(rules);
  expect(readPlanRules("\n  ai   openai/*  35% \n\n")).toEqual(rules.slice(0, 1));
  expect(readPlanRules("ai openai/* much")[0]?.markupPercent).toBeNaN();
});

import { expect, it } from "vitest";
import { cardOf, changesOf, draftFields, type EditedRouting } from "./routing-changes.ts";

const stored: EditedRouting = {
  vendorOrder: ["openai", "google"],
  fallback: true,
  fallbackModels: { "openai/gpt-4o": ["google/gemini-2.5-pro"] },
  modelAllowList: ["openai/*"],
  byokPolicy: "strict",
  requireApp: false,
};
const changes = (more: Partial<EditedRouting>) => changesOf(stored, { ...stored, ...more }, (id) => id.toUpperCase());

it("says nothing of preferences that are as they were", () => {
  expect(changes({})).toEqual([]);
  expect(draftFields(stored, { ...stored, vendorOrder: [...stored.vendorOrder] })).toEqual({});
});

it("says of each change what becomes of calls, with names", () => {
  expect(changes({ vendorOrder: ["google", "openai"] })).toEqual([
    "Vendors are tried as GOOGLE, OPENAI, not as OPENAI, GOOGLE.",
  ]);
  expect(changes({ modelAllowList: ["anthropic/*"] })).toEqual([
    "May be called from then on: anthropic/*.",
    "Are refused from then on: openai/*.",
  ]);
  expect(changes({ modelAllowList: [] })).toEqual(["No model may be called: every call is refused."]);
  expect(changes({ fallbackModels: {} })).toEqual(["openai/gpt-4o has no chain any more."]);
  expect(changes({ byokPolicy: "fallback-with-consent", requireApp: true, fallback: false })).toHaveLength(3);
});

it("sends what was changed and nothing else", () => {
  expect(draftFields(stored, { ...stored, requireApp: true, modelAllowList: null })).toEqual({
    modelAllowList: null,
    requireApp: true,
  });
});

it("leads from a refused field to the card on which it is set", () => {
  expect(cardOf("modelAllowList.3")).toBe("Models that may be called");
  expect(cardOf("fallbackModels.openai/gpt-4o.0")).toBe("Where a model fails");
  expect(cardOf("revision")).toBe("revision");
});

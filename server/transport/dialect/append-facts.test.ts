import { expect, it } from "vitest";
import { appendFacts } from "./append-facts.ts";

const facts = {
  operationId: "op",
  vendor: "openai",
  model: "m",
  requestedModel: "openai/m",
  credentialTier: "byok",
  costNanoUsd: "1",
  usageSource: "provider",
  attempts: [],
} as const;

const append = (text: string): string =>
  Buffer.from(appendFacts(Buffer.from(text), { ...facts, attempts: [] })).toString();

it.each(['{"a":1.00,"b":"}"}', '{\n  "a": [1]\n}\n', "{}", "  { }  "])(
  "adds one member to %j and leaves the rest",
  (text) => {
    const appended = append(text);
    expect(JSON.parse(appended)).toEqual({ ...JSON.parse(text), nexus: facts });
    expect(appended.startsWith(text.trimEnd().slice(0, -1))).toBe(true);
  },
);

it.each(["", "{", "[1]", "null", '"{}"', "<html></html>"])("leaves %j alone", (text) => {
  expect(append(text)).toBe(text);
});

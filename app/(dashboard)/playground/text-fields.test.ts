import { expect, test } from "vitest";
import { z } from "zod";
import { GenerateTextInput } from "../../../server/contracts/ai/generate-text.ts";
import { reasoningEfforts, numberFields, textInputOf, type TextDraft } from "./text-fields.ts";

const empty: TextDraft = {
  instructions: "",
  prompt: "Hello",
  numbers: {},
  effort: "",
  search: false,
  tools: "",
  turns: [],
};

test("the fields have the bounds of the schema, and every number of it has a field", () => {
  const { properties = {} } = z.toJSONSchema(GenerateTextInput, { io: "input", unrepresentable: "any" });
  const numbers = Object.entries(properties).flatMap(([name, schema]) =>
    typeof schema === "object" && (schema.type === "number" || schema.type === "integer") ? [{ name, schema }] : [],
  );
  expect(numberFields.map(({ name }) => name).toSorted()).toEqual(numbers.map(({ name }) => name).toSorted());
  for (const { name, schema } of numbers) {
    const field: { readonly min?: number; readonly max?: number; readonly whole?: boolean } =
      numberFields.find((one) => one.name === name) ?? {};
    expect(field.whole, name).toBe(schema.type === "integer");
    if (field.min === undefined) continue;
    expect([field.min, field.max], name).toEqual([schema.minimum, schema.maximum]);
  }
  expect(properties.reasoning).toMatchObject({ enum: [...reasoningEfforts] });
});

test("a draft becomes a request that the schema takes, without what was left empty", () => {
  const tools = JSON.stringify([{ name: "weather", inputSchema: { type: "object" } }]);
  const turns = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello!" },
  ] as const;
  for (const draft of [
    empty,
    { ...empty, instructions: "Be brief.", numbers: { temperature: "0.5", maxOutputTokens: "100", seed: "-3" } },
    { ...empty, effort: "low", search: true, tools, turns },
  ]) {
    const { input, complaints } = textInputOf("openai/gpt-4o-mini", draft);
    expect(complaints).toEqual({});
    expect(GenerateTextInput.parse(input)).toEqual(input);
  }
  expect(textInputOf("openai/gpt-4o-mini", empty).input).toEqual({ model: "openai/gpt-4o-mini", prompt: "Hello" });
});

test.each([
  [{ numbers: { temperature: "2.1" } }, "temperature", "a number from 0 to 2"],
  [{ numbers: { maxOutputTokens: "1.5" } }, "maxOutputTokens", "a whole number from 1 to 1000000"],
  [{ numbers: { topP: "much" } }, "topP", "a number from 0 to 1"],
  [{ numbers: { seed: "1e400" } }, "seed", "a whole number"],
  [{ tools: "{}" }, "tools", "a list in JSON, each with name and inputSchema"],
  [{ tools: "[" }, "tools", "a list in JSON, each with name and inputSchema"],
  [{ prompt: "  " }, "prompt", "something to ask"],
])("%j is refused at %s", (more, field, words) => {
  expect(textInputOf("openai/gpt-4o-mini", { ...empty, ...more }).complaints).toEqual({ [field]: words });
});

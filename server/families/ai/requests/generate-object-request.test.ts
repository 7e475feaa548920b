import { expect, it } from "vitest";
import { sentBy } from "../../../../test/sent-by.ts";
import type { GenerateObjectInput } from "../../../contracts/ai/generate-object.ts";
import { providers } from "../../../providers/index.ts";
import { asText } from "./generate-object-request.ts";

const answer = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "{}" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const closed = { type: "object", properties: {}, additionalProperties: false };
const open = { type: "object", properties: {} };

it.each<[string, Partial<GenerateObjectInput>, object]>([
  ["openai", { schema: closed }, { strict: true, schema: closed }],
  ["openai", { schema: open }, { strict: false }],
  ["openai", { schema: open, strict: true }, { strict: true }],
  ["openai", { schema: closed, strict: false }, { strict: false }],
  ["openai", { schemaName: "rivers", schemaDescription: "By length" }, { name: "rivers", description: "By length" }],
  ["openrouter", { schema: closed }, { strict: true, schema: closed }],
  ["openrouter", { schema: open }, { strict: false }],
])("%s enforces a schema where it permits that, or as the caller says: %j", async (vendor, asked, sent) => {
  const { model: _model, ...input } = asText({ model: "m", prompt: "Hi", schema: closed, ...asked });
  const { body } = await sentBy(providers.get(vendor)?.ai, input, { model: "m", maxOutputTokens: 100, answer });
  expect(body).toMatchObject({ response_format: { type: "json_schema", json_schema: sent } });
});

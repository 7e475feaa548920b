import { describe, expect, it } from "vitest";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { openAiChatDialect } from "../_openai-chat/openai-dialect.ts";
import { enforceDeepSeek } from "./enforce-deepseek.ts";

const dialect = enforceDeepSeek(openAiChatDialect("max_tokens"));
const io = { model: "deepseek-v4-pro", maxOutputTokens: 7 } as ProviderIo;
const sent = (body: Record<string, unknown>) =>
  dialect.enforceLimits({ messages: [{ role: "user", content: "Hello." }], ...body }, io);

describe("thinking", () => {
  it.each([{ reasoning_effort: "none" }, { thinking: { type: "disabled" } }])("is switched off by %j", (asked) => {
    const body = sent(asked);
    expect(body).toMatchObject({ thinking: { type: "disabled" }, max_tokens: 7 });
    expect(body).not.toHaveProperty("reasoning_effort");
  });

  it("keeps an effort, and what was thought", () => {
    const turn = { role: "assistant", content: "Hi.", reasoning_content: "A greeting." };
    const body = sent({ reasoning_effort: "high", messages: [turn, { role: "user", content: "And?" }] });
    expect(body).toMatchObject({ reasoning_effort: "high", messages: [turn, { role: "user", content: "And?" }] });
  });

  it("is sent back as nothing for turns of other vendors, and left out where thinking is off", () => {
    const messages = [{ role: "assistant", content: "Hi." }];
    expect(sent({ messages })["messages"]).toEqual([{ role: "assistant", content: "Hi.", reasoning_content: "" }]);
    expect(sent({ messages, reasoning_effort: "none" })["messages"]).toEqual(messages);
  });
});

describe("what DeepSeek does not know", () => {
  it("is a developer: the message is the system's", () => {
    const messages = [{ role: "developer", content: "Be brief." }];
    expect(sent({ messages })["messages"]).toEqual([{ role: "system", content: "Be brief." }]);
  });

  it("is a schema: it is asked for in words", () => {
    const schema = { type: "object", properties: { city: { type: "string" } } };
    const body = sent({ response_format: { type: "json_schema", json_schema: { name: "a", schema } } });
    expect(body["response_format"]).toEqual({ type: "json_object" });
    expect(body["messages"]).toEqual([
      { role: "system", content: `Answer in JSON of this schema: ${JSON.stringify(schema)}` },
      { role: "user", content: "Hello." },
    ]);
  });

  it("is JSON without the word in the prompt", () => {
    const response_format = { type: "json_object" };
    expect(sent({ response_format })["messages"]).toMatchObject([{ role: "system" }, { role: "user" }]);
    const messages = [{ role: "user", content: "A city, as json." }];
    expect(sent({ response_format, messages })["messages"]).toEqual(messages);
  });

  it.each(["web_search", "custom"])("is a tool of type %s: it may have a fee", (type) => {
    expect(() => sent({ tools: [{ type, name: "x" }] })).toThrow(/tools/);
  });
});

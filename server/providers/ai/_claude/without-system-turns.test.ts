import { describe, expect, it } from "vitest";
import { anthropicDialect } from "./anthropic-dialect.ts";

const enforced = (model: string, body: Record<string, unknown>) =>
  anthropicDialect.enforceLimits(body, { model, maxOutputTokens: 10 });

const user = { role: "user", content: "Hello" };
const kind = { role: "system", content: "Be kind." };
const note = { role: "user", content: [{ type: "text", text: "<system>\nBe kind.\n</system>" }] };

describe("instructions among Anthropic's messages", () => {
  it("are the model's own matter where it takes them", () => {
    const messages = [user, kind];
    expect(enforced("claude-opus-4-8", { messages })["messages"]).toBe(messages);
  });

  it.each(["claude-haiku-4-5", "claude-opus-4-6", "claude-3-haiku-20240307"])(
    "keep their place as notes with %s",
    (model) => {
      const call = { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: {} }] };
      const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "1" }] };
      expect(enforced(model, { messages: [user, call, kind, result, kind, user, kind] })["messages"]).toEqual([
        user,
        call,
        result,
        note,
        note,
        user,
        note,
      ]);
    },
  );

  it("go to `system` where they lead", () => {
    const block = { type: "text", text: "Be brief." };
    expect(enforced("claude-haiku-4-5", { system: "Be brief.", messages: [kind, user] })).toMatchObject({
      system: [block, { type: "text", text: "Be kind." }],
      messages: [user],
    });
    expect(enforced("claude-haiku-4-5", { messages: [kind, user] })).toMatchObject({
      system: [{ type: "text", text: "Be kind." }],
      messages: [user],
    });
  });

  it("that are all there is are the user's", () => {
    expect(enforced("claude-haiku-4-5", { messages: [kind] })["messages"]).toEqual([note]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Message } from "../../contracts/ai/message.ts";
import { openWarnings } from "./fit.ts";
import { fitMessages, type MessageRules } from "./fit-messages.ts";

const rules: MessageRules = { saysNothing: (text) => text.trim() === "", takesBack: () => true };

const fit = (messages: Message[]) => {
  const { warn, warnings } = openWarnings();
  return { messages: fitMessages({ model: "m", messages }, rules, warn).messages ?? [], warnings };
};

const user: Message = { role: "user", content: "Hi" };
const calls: Message = {
  role: "assistant",
  content: [{ type: "tool-call", toolCallId: "a", toolName: "f", input: {} }],
};
const result: Message = {
  role: "tool",
  content: [{ type: "tool-result", toolCallId: "a", toolName: "f", output: { type: "text", value: "" } }],
};
const note = (text: string) => ({ role: "user", content: [{ type: "text", text: `<system>\n${text}\n</system>` }] });

describe("instructions", () => {
  it("stay where they are at the beginning", () => {
    const messages: Message[] = [{ role: "system", content: "One" }, { role: "system", content: "Two" }, user];
    expect(fit(messages)).toEqual({ messages, warnings: [] });
  });

  it("keep their place later on, as notes that are said to be such", () => {
    const { messages, warnings } = fit([
      user,
      { role: "assistant", content: "Yes?" },
      { role: "system", content: "French!" },
    ]);
    expect(messages).toEqual([user, { role: "assistant", content: "Yes?" }, note("French!")]);
    expect(warnings).toHaveLength(1);
  });

  it("do not part a tool call from its result", () => {
    expect(fit([user, calls, { role: "system", content: "Careful" }, result, user]).messages).toEqual([
      user,
      calls,
      result,
      note("Careful"),
      user,
    ]);
  });

  it("beside which nothing is said are asked as the user's", () => {
    expect(
      fit([
        { role: "system", content: "A poem." },
        { role: "user", content: "" },
      ]).messages,
    ).toEqual([{ role: "user", content: "A poem." }]);
  });

  it("that are all there is are asked as the user's", () => {
    expect(
      fit([
        { role: "system", content: "A" },
        { role: "system", content: "B" },
      ]).messages,
    ).toEqual([
      { role: "system", content: "A" },
      { role: "user", content: "B" },
    ]);
  });
});

describe("texts that say nothing", () => {
  it("are left out, and messages with nothing else too", () => {
    expect(
      fit([
        { role: "system", content: " " },
        {
          role: "user",
          content: [
            { type: "text", text: "" },
            { type: "text", text: "Hi" },
          ],
        },
        { role: "assistant", content: "" },
        { role: "assistant", content: [{ type: "text", text: "\n" }] },
        { role: "user", content: "" },
        user,
      ]).messages,
    ).toEqual([{ role: "user", content: [{ type: "text", text: "Hi" }] }, user]);
  });

  it("are left to the vendor's word where nothing else is there", () => {
    const messages: Message[] = [{ role: "user", content: "" }];
    expect(fit(messages).messages).toEqual(messages);
  });
});

it("keeps every word and the order of the rest, in any conversation", () => {
  const words = fc.constantFrom("", " ", "a", "b");
  const one = fc.oneof(
    words.map((content): Message => ({ role: "system", content })),
    words.map((content): Message => ({ role: "user", content })),
    words.map((text): Message => ({ role: "assistant", content: [{ type: "text", text }] })),
    fc.constantFrom(calls, result),
  );
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), (conversation) => {
      const numbered = conversation.map((message, at): Message => {
        if (message.role === "tool") return message;
        if (typeof message.content === "string")
          return message.content.trim() === "" ? message : { ...message, content: `${message.content}${at}.` };
        return message;
      });
      const { messages } = fit(numbered);
      const says = ({ role, content }: Message) => role === "tool" || /tool-call|[ab]/.test(JSON.stringify(content));
      if (!numbered.some((message) => message.role !== "system" && says(message))) return;
      const begun = messages.findIndex(({ role }) => role !== "system");
      expect(messages.slice(begun).map(({ role }) => role)).not.toContain("system");
      const before = JSON.stringify(numbered).match(/[ab]\d+\./g) ?? [];
      const after = JSON.stringify(messages).match(/[ab]\d+\./g) ?? [];
      expect(after.toSorted()).toEqual(before.toSorted());
      expect(messages.filter(({ role }) => role === "tool")).toHaveLength(
        numbered.filter(({ role }) => role === "tool").length,
      );
    }),
  );
});

it.each([[[1, 2]], [null], ["text"], [7]])("a call's input that is no object, %j, becomes one", (input) => {
  const part = { type: "tool-call" as const, toolCallId: "a", toolName: "f", input };
  const { messages } = fit([user, { role: "assistant", content: [part] }, result]);
  expect(messages[1]).toEqual({ role: "assistant", content: [{ ...part, input: { value: input } }] });
});

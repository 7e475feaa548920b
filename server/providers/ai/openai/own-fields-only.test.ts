import { expect, it } from "vitest";
import { ownFieldsOnly } from "./own-fields-only.ts";

it("leaves a chat of OpenAI's own as it is", () => {
  const body = {
    model: "gpt-5",
    messages: [{ role: "assistant", content: "Hi", refusal: null }],
    reasoning_effort: "low",
  };
  expect(ownFieldsOnly(body)).toBe(body);
});

it("leaves out what other vendors put into an assistant message", () => {
  const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };
  const own = { role: "assistant", content: "Hi", tool_calls: [call] };
  const user = { role: "user", content: "Hi", reasoning: "a caller's own words" };
  expect(
    ownFieldsOnly({
      messages: [
        user,
        {
          ...own,
          parsed: null,
          reasoning: "Hm",
          reasoning_content: "Hm",
          reasoning_details: [{}],
          tool_calls: [
            {
              ...call,
              function: { ...call.function, parsed_arguments: null },
              extra_content: { google: { thought_signature: "s" } },
            },
          ],
        },
      ],
    }),
  ).toEqual({ messages: [user, own] });
});

it("asks for thinking in OpenAI's word", () => {
  expect(ownFieldsOnly({ reasoning: { effort: "high", exclude: true } })).toEqual({ reasoning_effort: "high" });
  expect(ownFieldsOnly({ reasoning: { enabled: true } })).toEqual({});
});

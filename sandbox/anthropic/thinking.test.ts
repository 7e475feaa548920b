import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { objectOf, stringOf } from "../read-json.ts";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";
import { redactionMarker } from "./thinking.ts";

let sandbox: Sandbox;
let client: Anthropic;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new Anthropic({
    baseURL: sandbox.baseUrls.anthropic.replace(/\/v1$/, ""),
    apiKey: "sk-ant-test",
    maxRetries: 0,
  });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

/** Samplings have left the client's types, not the vendor's API. */
type Body = Anthropic.MessageCreateParamsNonStreaming & { temperature?: number; top_k?: number; top_p?: number };

const thinking = { type: "enabled" as const, budget_tokens: 1_024 };
const tools = [
  { name: "weather", input_schema: { type: "object" as const, properties: { city: { type: "string" } } } },
];
const user = (content: Anthropic.MessageParam["content"]): Anthropic.MessageParam => ({ role: "user", content });
const base: Body = { model: "claude-haiku-4-5", max_tokens: 2_000, thinking, tools, messages: [] };
const question = user("call the tool");

const resultOf = ({ content }: Anthropic.Message): Anthropic.MessageParam =>
  user(
    content
      .filter((block) => block.type === "tool_use")
      .map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "18 degrees" })),
  );

/** What a refusal says, or the answer's block types. */
async function outcome(body: Body, betas?: string): Promise<string> {
  const headers = betas === undefined ? {} : { "anthropic-beta": betas };
  try {
    const { content } = await client.messages.create(body, { headers });
    return content.map((block) => block.type).join(" ");
  } catch (error) {
    if (!(error instanceof Anthropic.APIError)) throw error;
    expect([error.status, error.type]).toEqual([400, "invalid_request_error"]);
    return stringOf(objectOf(objectOf(error.error)["error"])["message"]);
  }
}

describe("a tool loop with thinking", () => {
  it("goes on with the block as it was given, streamed or whole", async () => {
    const whole = await client.messages.create({ ...base, messages: [question] });
    const streamed = await client.messages.stream({ ...base, messages: [question] }).finalMessage();
    expect(whole.content.map((block) => block.type)).toEqual(["thinking", "tool_use"]);
    expect(streamed.content[0]).toEqual(whole.content[0]);
    for (const given of [whole, streamed]) {
      const messages = [question, { role: "assistant" as const, content: given.content }, resultOf(given)];
      expect(await outcome({ ...base, messages })).toBe("text");
      expect(await outcome({ ...base, messages }, "interleaved-thinking-2025-05-14")).toBe("thinking text");
    }
  });

  it("ends where the block is changed, unsigned, another model's, or left out", async () => {
    const first = await client.messages.create({ ...base, messages: [question] });
    const [thought, call] = first.content;
    if (thought?.type !== "thinking" || call?.type !== "tool_use") throw new Error("thinking and a call were expected");
    const back = (content: unknown[], changes: Partial<Body> = {}) =>
      outcome({
        ...base,
        ...changes,
        messages: [question, { role: "assistant", content: content as Anthropic.ContentBlockParam[] }, resultOf(first)],
      });
    const badSignature = expect.stringContaining("messages.1.content.0: Invalid `signature` in `thinking` block");
    expect(await back([{ ...thought, thinking: `${thought.thinking} ` }, call])).toEqual(badSignature);
    expect(await back([{ ...thought, signature: `${thought.signature.slice(0, -4)}AAA=` }, call])).toEqual(
      badSignature,
    );
    expect(await back([{ ...thought, signature: "" }, call])).toEqual(badSignature);
    expect(await back(first.content, { model: "claude-sonnet-4-5" })).toEqual(badSignature);
    const { signature, ...unsigned } = thought;
    expect(signature).not.toBe("");
    expect(await back([unsigned, call])).toContain("messages.1.content.0.thinking.signature: Field required");
    expect(await back([{ type: "redacted_thinking", data: "abc" }, call])).toContain(
      "messages.1.content.0: Invalid `data` in `redacted_thinking` block",
    );
    expect(await back([call])).toContain(
      "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block",
    );
    // Without thinking the blocks may stay away.
    expect(await back([call], { thinking: { type: "disabled" } })).toBe("text");
  });

  it("looks at the beginning of the turn that goes on, not at turns before it", async () => {
    const old = { role: "assistant" as const, content: "An answer without thinking." };
    const first = await client.messages.create({ ...base, messages: [question] });
    const messages = [user("Hello"), old, question, { role: "assistant" as const, content: first.content }];
    expect(await outcome({ ...base, messages: [...messages, resultOf(first)] })).toBe("text");
    expect(await outcome({ ...base, messages: [user("Hello"), old, user("And now?")] })).toBe("thinking text");
  });

  it("carries redacted thinking like any other", async () => {
    const asked = user(`call the tool ${redactionMarker}`);
    const streamed = await client.messages.stream({ ...base, messages: [asked] }).finalMessage();
    expect(streamed.content.map((block) => block.type)).toEqual(["redacted_thinking", "tool_use"]);
    const messages = [asked, { role: "assistant" as const, content: streamed.content }, resultOf(streamed)];
    expect(await outcome({ ...base, messages })).toBe("text");
  });

  it("thinks adaptively where models do, with what was thought left out unless asked for", async () => {
    const adaptive = { ...base, model: "claude-opus-4-8", thinking: { type: "adaptive" as const } };
    const hidden = await client.messages.stream({ ...adaptive, messages: [question] }).finalMessage();
    expect(hidden.content[0]).toMatchObject({ type: "thinking", thinking: "" });
    const shown = await client.messages.create({
      ...adaptive,
      thinking: { type: "adaptive", display: "summarized" },
      messages: [question],
    });
    expect(shown.content[0]).toMatchObject({ type: "thinking", thinking: expect.stringContaining("I read") });
    for (const given of [hidden, shown]) {
      const messages = [question, { role: "assistant" as const, content: given.content }, resultOf(given)];
      expect(await outcome({ ...adaptive, messages })).toBe("thinking text");
    }
  });
});

const hello = [user("Hello")];
it.each<[string, Partial<Body>, string]>([
  [
    "a budget below 1,024",
    { thinking: { type: "enabled", budget_tokens: 1_023 } },
    "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
  ],
  [
    "a budget that is not below max_tokens",
    { max_tokens: 1_024 },
    "`max_tokens` must be greater than `thinking.budget_tokens`.",
  ],
  ["another temperature", { temperature: 0.5 }, "`temperature` may only be set to 1 when thinking is enabled."],
  ["top_k", { top_k: 5 }, "`top_k` must be unset when thinking is enabled."],
  ["a small top_p", { top_p: 0.5 }, "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled."],
  ["a forced tool", { tool_choice: { type: "any" } }, "Thinking may not be enabled when tool_choice forces tool use."],
  ["a budget where thinking is adaptive", { model: "claude-opus-4-8" }, '"thinking.type.enabled" is not supported'],
  [
    "adaptive thinking where it is not offered",
    { thinking: { type: "adaptive" } },
    "adaptive thinking is not supported on this model",
  ],
  [
    "no thinking where it never stops",
    { model: "claude-opus-5-5", thinking: { type: "disabled" } },
    '"thinking.type.disabled" is not supported',
  ],
])("refuses %s", async (_what, changes, wording) => {
  expect(await outcome({ ...base, messages: hello, ...changes })).toContain(wording);
  expect(sandbox.requests()[0]).toMatchObject({ status: 400, billed: false, units: null });
});

it("takes a budget above max_tokens where thinking interleaves with tools", async () => {
  const body = { ...base, max_tokens: 1_000, messages: hello };
  expect(await outcome(body, "interleaved-thinking-2025-05-14")).toBe("thinking text");
});

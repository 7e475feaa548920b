import { createNexusClient } from "@topolo/nexus-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ContentPart, GenerateTextInput } from "../../server/contracts/ai/generate-text.ts";
import type { Message } from "../../server/contracts/ai/message.ts";
import type { StreamPart } from "../../server/contracts/ai/stream-text.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";

// The typed client runs the same three turns as clients written by others: thinking that a vendor signed goes back with
// the conversation as `providerOptions`, as the answer told it in `providerMetadata`.

const models = ["anthropic/claude-haiku-4-5", "google/gemini-2.5-flash", "google/gemini-3-flash-preview"] as const;
const questions = ["Please call the tool.", "Once more, call the tool!", "And a last time: call the tool."];
const result = "21 degrees";
const tools = [
  {
    name: "weather",
    description: "The weather in a city",
    inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
];

let world: ListeningGateway;

beforeAll(async () => {
  world = await openListeningGateway();
});
afterAll(() => world.close());
beforeEach(() => world.sandbox.reset());

/** Parts of a stream put together as the whole answer has them. */
const contentOf = (parts: readonly StreamPart[]): ContentPart[] => {
  const content: ContentPart[] = [];
  const open = new Map<string, number>();
  for (const part of parts) {
    if (part.type === "text-start" || part.type === "reasoning-start") {
      open.set(part.id, content.length);
      const { providerMetadata } = part;
      content.push({ type: part.type === "text-start" ? "text" : "reasoning", text: "", providerMetadata });
    }
    if (part.type === "text-delta" || part.type === "reasoning-delta") {
      const at = open.get(part.id) ?? -1;
      const before = content[at];
      if (before?.type !== "text" && before?.type !== "reasoning") throw new Error("a delta of nothing");
      content[at] = {
        ...before,
        text: before.text + part.delta,
        providerMetadata: part.providerMetadata ?? before.providerMetadata,
      };
    }
    if (part.type === "reasoning-end" || part.type === "text-end") {
      const at = open.get(part.id) ?? -1;
      const before = content[at];
      if (before?.type !== "text" && before?.type !== "reasoning") throw new Error("an end of nothing");
      content[at] = { ...before, providerMetadata: part.providerMetadata ?? before.providerMetadata };
    }
    if (part.type === "tool-call") content.push(part);
  }
  return content;
};

type AssistantContent = Exclude<Extract<Message, { role: "assistant" }>["content"], string>;

/** An answer as the next question repeats it. */
const repeated = (content: readonly ContentPart[]): AssistantContent =>
  content.flatMap((part): AssistantContent => {
    const { providerMetadata: told } = "providerMetadata" in part ? part : {};
    const options = told === undefined ? {} : { providerOptions: told };
    if (part.type === "text" || part.type === "reasoning") return [{ type: part.type, text: part.text, ...options }];
    if (part.type !== "tool-call") return [];
    const { toolCallId, toolName, input } = part;
    return [{ type: "tool-call", toolCallId, toolName, input: JSON.parse(input), ...options }];
  });

describe.each(models)("with %s", (model) => {
  test.each(["whole", "streamed"])("answers three turns, %s, and nothing of the thinking is lost", async (how) => {
    const { credential, organizationId } = world.issue();
    const { ai } = createNexusClient({ baseUrl: world.url, credential: { bearer: credential }, maxAttempts: 1 });
    const messages: Message[] = [];
    const ask = async (): Promise<readonly ContentPart[]> => {
      const request: GenerateTextInput = { model, messages, tools, maxOutputTokens: 4_000, reasoning: "low" };
      let content: readonly ContentPart[];
      if (how === "whole") {
        const answer = await ai.generateText.mutate(request);
        // How an effort became a budget is told; that something was lost on the way would be told, too.
        expect(answer.warnings.filter(({ details = "" }) => /left out|came back|skip_thought/.test(details))).toEqual(
          [],
        );
        ({ content } = answer);
      } else {
        const parts: StreamPart[] = [];
        for await (const part of await ai.streamText.mutate(request)) parts.push(part);
        expect(parts.find(({ type }) => type === "error")).toBeUndefined();
        content = contentOf(parts);
      }
      messages.push({ role: "assistant", content: repeated(content) });
      return content;
    };
    for (const content of questions) {
      messages.push({ role: "user", content });
      const asked = await ask();
      expect(asked.some((part) => "providerMetadata" in part && part.providerMetadata !== undefined)).toBe(true);
      const call = asked.find((part) => part.type === "tool-call");
      if (!call) throw new Error("no tool call");
      const { toolCallId, toolName } = call;
      const output = { type: "text" as const, value: result };
      messages.push({ role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] });
      expect(JSON.stringify(await ask())).toContain(result);
    }
    const rows = await world.rows(organizationId);
    expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(6).fill("settled provider"));
  });
});

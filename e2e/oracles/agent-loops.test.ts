import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, ToolMessage, type AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel, type ModelMessage } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { CallContext } from "../../server/contracts/call-context.ts";
import { seedPlatformDefaults } from "../../server/domain/credentials/index.ts";
import { setPrice } from "../../server/domain/pricing/index.ts";
import { anthropicErrorReply, createAnthropicDoor } from "../../server/transport/anthropic/index.ts";
import { createOpenAiDoor, openAiErrorReply } from "../../server/transport/openai/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { listenDoor } from "../../test/listen-door.ts";
import { canaryKey } from "../../test/canary-key.ts";

// Clients written by others, unchanged but for base URL and key, run an agent for three turns: it thinks, calls a tool,
// gets its result and answers. The vendors are the sandbox's, which refuse what the real ones document to refuse: thinking
// that comes back unsigned, a budget beyond the limit, a tool call without its result.

const vendors = [
  "openai/gpt-5-mini",
  "anthropic/claude-haiku-4-5",
  "google/gemini-2.5-flash",
  "google/gemini-3-flash-preview",
  "openrouter/openai/gpt-4o-mini",
  "ollama/llama3.2:3b",
  "vllm/meta-llama/Llama-3.1-8B-Instruct",
  "compatible/house-model",
] as const;
type Model = (typeof vendors)[number];

/** Servers of one's own: no catalogue prices their models. */
const own = { ollama: "llama3.2:3b", vllm: "meta-llama/Llama-3.1-8B-Instruct", compatible: "house-model" };

const maxTokens = 4_000;
const questions = ["Please call the tool.", "Once more, call the tool!", "And a last time: call the tool."];
/** Two calls of the model for each question: one that asks for the tool, one that answers. */
const callsInAll = questions.length * 2;
const result = "21 degrees";
const parameters = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
};
const description = "The weather in a city";

let world: TestGateway;
let ctx: CallContext;
let openAiUrl: string;
let anthropicUrl: string;
/** What the doors said was done otherwise than asked, since the test began. */
let warnings: string[] = [];
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await openTestGateway();
  const administrator = world.context({
    actor: {
      kind: "user",
      userId: "usr_root",
      sessionId: "ses_root",
      role: "platform_super_admin",
      platformBypass: true,
    },
  });
  const prices = { input: "1000000000", output: "2000000000" };
  for (const [vendor, model] of Object.entries(own))
    await setPrice(world.deps, administrator, { vendor, model, organizationId: null, prices });
  const credential = { secret: { apiKey: canaryKey() }, baseUrl: world.sandbox.baseUrls.compatible };
  await seedPlatformDefaults(world.deps, new Map(Object.keys(own).map((vendor) => [vendor, credential])));
  await world.refresh();
  const openAi = await listenDoor({
    answer: createOpenAiDoor(world.gateway),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  const messages = await listenDoor({
    answer: createAnthropicDoor(world.gateway),
    encodeError: anthropicErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "anthropic" }),
  });
  closing.push(openAi.close, messages.close);
  openAiUrl = `${openAi.url}/v1`;
  anthropicUrl = messages.url;
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
  warnings = [];
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await world?.close();
});

/** The platform's own fetch, which also reads what the door has to say. */
const listening: typeof globalThis.fetch = async (...request) => {
  const response = await fetch(...request);
  warnings.push(response.headers.get("x-nexus-warnings") ?? "");
  return response;
};

/** Every call was answered and paid for, and the vendor refused none. */
const expectPaid = async (): Promise<void> => {
  const rows = await world.rows(ctx.organizationId);
  expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(callsInAll).fill("settled provider"));
};

/** Nothing of the thinking was lost on the way back. */
const expectNothingLost = (): void => {
  expect(warnings).toHaveLength(callsInAll);
  expect(warnings.filter((told) => /left out|came back|skip_thought|reasoning_details/.test(told))).toEqual([]);
};

/** The others' models are not asked to think. */
const thinks = (model: Model): boolean => /^(openai|anthropic|google)\//.test(model);

/** Vendors that sign what they think; OpenAI keeps it to itself in this dialect. */
const signs = (model: Model): boolean => /^(anthropic|google)\//.test(model);

describe.each(vendors)("with %s", (model) => {
  describe("openai", () => {
    const tools = [{ type: "function" as const, function: { name: "weather", description, parameters } }];

    test.each(["whole", "streamed"])("answers three turns, %s", async (how) => {
      const client = new OpenAI({ apiKey: "unused", baseURL: openAiUrl, maxRetries: 0, fetch: listening });
      const messages: OpenAI.ChatCompletionMessageParam[] = [];
      const ask = async () => {
        const request = {
          model,
          messages,
          tools,
          max_completion_tokens: maxTokens,
          ...(thinks(model) ? { reasoning_effort: "low" as const } : {}),
        };
        const completion =
          how === "whole"
            ? await client.chat.completions.create(request)
            : await client.chat.completions.stream(request).finalChatCompletion();
        const message = completion.choices[0]?.message;
        if (!message) throw new Error("no answer");
        messages.push(message);
        return message;
      };
      for (const content of questions) {
        messages.push({ role: "user", content });
        const asked = await ask();
        const [call] = asked.tool_calls ?? [];
        expect("reasoning_details" in asked).toBe(signs(model));
        if (call?.type !== "function") throw new Error("no tool call");
        expect(JSON.parse(call.function.arguments)).toHaveProperty("city");
        messages.push({ role: "tool", tool_call_id: call.id, content: result });
        expect((await ask()).content).toContain(result);
      }
      await expectPaid();
      expectNothingLost();
    });
  });

  describe("@anthropic-ai/sdk", () => {
    const tools = [{ name: "weather", description, input_schema: parameters }];

    test.each(["whole", "streamed"])("answers three turns, %s", async (how) => {
      const client = new Anthropic({ apiKey: "unused", baseURL: anthropicUrl, maxRetries: 0, fetch: listening });
      const messages: Anthropic.MessageParam[] = [];
      const ask = async () => {
        const request = {
          model,
          messages,
          tools,
          max_tokens: maxTokens,
          ...(thinks(model) ? { thinking: { type: "enabled" as const, budget_tokens: 2_000 } } : {}),
        };
        const message =
          how === "whole"
            ? await client.messages.create(request)
            : await client.messages.stream(request).finalMessage();
        messages.push({ role: "assistant", content: message.content });
        return message.content;
      };
      for (const content of questions) {
        messages.push({ role: "user", content });
        const blocks = await ask();
        const call = blocks.find((block) => block.type === "tool_use");
        const thought = blocks.some(({ type }) => type === "thinking" || type === "redacted_thinking");
        expect(thought).toBe(signs(model));
        if (!call) throw new Error("no tool use");
        expect(call.input).toHaveProperty("city");
        messages.push({ role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: result }] });
        expect(JSON.stringify(await ask())).toContain(result);
      }
      await expectPaid();
      expectNothingLost();
    });
  });

  describe("the AI SDK", () => {
    const weather = tool({
      description,
      inputSchema: jsonSchema<{ city: string }>(parameters),
      execute: () => result,
    });
    const doors = {
      openai: (): LanguageModel => createOpenAI({ apiKey: "unused", baseURL: openAiUrl, fetch: listening }).chat(model),
      anthropic: (): LanguageModel =>
        createAnthropic({ apiKey: "unused", baseURL: `${anthropicUrl}/v1`, fetch: listening })(model),
    };

    test.each([
      ["@ai-sdk/openai", "openai", "whole"],
      ["@ai-sdk/openai", "openai", "streamed"],
      ["@ai-sdk/anthropic", "anthropic", "whole"],
      ["@ai-sdk/anthropic", "anthropic", "streamed"],
    ] as const)("through %s answers three turns (%s door, %s)", async (_name, door, how) => {
      const messages: ModelMessage[] = [];
      for (const content of questions) {
        messages.push({ role: "user", content });
        const request = {
          model: doors[door](),
          messages,
          tools: { weather },
          // Anthropic's package adds the budget to it.
          maxOutputTokens: maxTokens,
          maxRetries: 0,
          stopWhen: stepCountIs(3),
          ...(thinks(model)
            ? {
                providerOptions: {
                  openai: { reasoningEffort: "low", forceReasoning: true },
                  anthropic: { thinking: { type: "enabled", budgetTokens: 2_000 } },
                },
              }
            : {}),
        };
        const { text, steps, responseMessages } =
          how === "whole"
            ? await generateText(request).then(async (done) => ({
                text: done.text,
                steps: done.steps,
                responseMessages: done.response.messages,
              }))
            : await (async () => {
                const stream = streamText(request);
                return {
                  text: await stream.text,
                  steps: await stream.steps,
                  responseMessages: (await stream.response).messages,
                };
              })();
        expect(text).toContain(result);
        expect(steps).toHaveLength(2);
        messages.push(...responseMessages);
      }
      await expectPaid();
      // OpenAI's package keeps no field that it does not know.
      if (door === "anthropic") expectNothingLost();
    });
  });

  describe("LangChain", () => {
    const weather = langchainTool(() => result, {
      name: "weather",
      description,
      schema: z.object({ city: z.string() }),
    });
    const models = {
      openai: () =>
        new ChatOpenAI({
          model,
          apiKey: "unused",
          maxTokens,
          maxRetries: 0,
          streamUsage: false,
          useResponsesApi: false,
          configuration: { baseURL: openAiUrl, fetch: listening },
          ...(thinks(model) ? { modelKwargs: { reasoning_effort: "low" } } : {}),
        }).bindTools([weather]),
      anthropic: () =>
        new ChatAnthropic({
          model,
          apiKey: "unused",
          anthropicApiUrl: anthropicUrl,
          maxTokens,
          maxRetries: 0,
          clientOptions: { fetch: listening },
          ...(thinks(model) ? { thinking: { type: "enabled" as const, budget_tokens: 2_000 } } : {}),
        }).bindTools([weather]),
    };

    test.each([
      ["@langchain/openai", "openai", "whole"],
      ["@langchain/openai", "openai", "streamed"],
      ["@langchain/anthropic", "anthropic", "whole"],
      ["@langchain/anthropic", "anthropic", "streamed"],
    ] as const)("by %s answers three turns (%s door, %s)", async (_name, door, how) => {
      const messages: BaseMessage[] = [];
      const chat = models[door]();
      const ask = async () => {
        let answer: AIMessageChunk | undefined;
        if (how === "whole") answer = await chat.invoke(messages);
        else for await (const chunk of await chat.stream(messages)) answer = answer?.concat(chunk) ?? chunk;
        if (!answer) throw new Error("no answer");
        messages.push(answer);
        return answer;
      };
      for (const content of questions) {
        messages.push(new HumanMessage(content));
        const [call] = (await ask()).tool_calls ?? [];
        if (!call?.id) throw new Error("no tool call");
        expect(call.args).toHaveProperty("city");
        messages.push(new ToolMessage({ tool_call_id: call.id, content: result }));
        expect(JSON.stringify((await ask()).content)).toContain(result);
      }
      await expectPaid();
      if (door === "anthropic") expectNothingLost();
    });
  });
});

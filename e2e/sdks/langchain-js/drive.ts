import { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, ToolMessage, type AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";
import { expectThat, runShows, type Show } from "../node/show.ts";

// LangChain's packages for OpenAI and Anthropic; of the two, Anthropic's reads no base URL from a variable.

const anthropicApiUrl = process.env["ANTHROPIC_BASE_URL"] ?? "";
const quick = { maxRetries: 0, maxTokens: 2_000 } as const;

const modelOf: Readonly<Record<string, (model?: string) => ChatOpenAI | ChatAnthropic>> = {
  "chat completions": (model = "openai/gpt-4o-mini") => new ChatOpenAI({ model, streamUsage: true, ...quick }),
  "chat completions to google": (model = "google/gemini-2.5-flash") =>
    new ChatOpenAI({ model, streamUsage: true, ...quick }),
  responses: (model = "openai/gpt-5-mini") => new ChatOpenAI({ model, useResponsesApi: true, ...quick }),
  "responses to anthropic": (model = "anthropic/claude-haiku-4-5") =>
    new ChatOpenAI({ model, useResponsesApi: true, ...quick }),
  anthropic: (model = "anthropic/claude-haiku-4-5") => new ChatAnthropic({ model, anthropicApiUrl, ...quick }),
  "anthropic to openai": (model = "openai/gpt-4o-mini") => new ChatAnthropic({ model, anthropicApiUrl, ...quick }),
};

const each = (check: (chat: ChatOpenAI | ChatAnthropic) => Promise<void>) => async (): Promise<void> => {
  for (const [way, model] of Object.entries(modelOf)) {
    try {
      await check(model());
    } catch (error) {
      throw new Error(`${way}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
};

const weather = tool(({ city }) => `21 degrees in ${city}`, {
  name: "weather",
  description: "The weather in a city",
  schema: z.object({ city: z.string() }),
});
const River = z.object({ name: z.string(), km: z.number() });
const long = "[[words:3000]]";

const wholeOf = async (chunks: AsyncIterable<AIMessageChunk>): Promise<{ whole: AIMessageChunk; count: number }> => {
  let whole: AIMessageChunk | undefined;
  let count = 0;
  for await (const chunk of chunks) {
    whole = whole?.concat(chunk) ?? chunk;
    count += 1;
  }
  if (whole === undefined) throw new Error("nothing came");
  return { whole, count };
};

const shows: readonly Show[] = [
  [
    "chat",
    each(async (chat) => {
      const answer = await chat.invoke("Hello");
      expectThat(answer.text.includes("Hello") && (answer.usage_metadata?.total_tokens ?? 0) > 0);
    }),
  ],
  [
    "stream",
    each(async (chat) => {
      const { whole, count } = await wholeOf(await chat.stream("Hello"));
      expectThat(count > 3 && whole.text.includes("Hello"), `${count} chunks`);
      expectThat((whole.usage_metadata?.output_tokens ?? 0) > 0, "no usage");
    }),
  ],
  [
    "tools",
    each(async (chat) => {
      const model = chat.bindTools([weather]);
      const asked = await model.invoke("Please call the tool.");
      const [call] = asked.tool_calls ?? [];
      if (call?.id === undefined) throw new Error("no call");
      const result = new ToolMessage({ tool_call_id: call.id, content: "21 degrees" });
      const answer = await model.invoke([new HumanMessage("Please call the tool."), asked, result]);
      expectThat(answer.text.includes("21 degrees"));
    }),
  ],
  [
    "tools, streamed",
    each(async (chat) => {
      const { whole } = await wholeOf(await chat.bindTools([weather]).stream("Please call the tool."));
      expectThat("city" in (whole.tool_calls?.[0]?.args ?? {}));
    }),
  ],
  [
    "structured output",
    each(async (chat) => {
      const found: unknown = await chat.withStructuredOutput(River).invoke("Hello");
      expectThat(River.safeParse(found).success);
    }),
  ],
  [
    "embeddings",
    async () => {
      const vectors = new OpenAIEmbeddings({ model: "openai/text-embedding-3-small", maxRetries: 0 });
      expectThat((await vectors.embedDocuments(["one", "two"])).length === 2);
    },
  ],
  [
    "errors",
    async () => {
      for (const model of Object.values(modelOf)) {
        const error: unknown = await model("openai/gpt-none")
          .invoke("Hello")
          .then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
        expectThat(error instanceof Error && "status" in error && error.status === 404, String(error));
      }
    },
  ],
  [
    "cancellation",
    each(async (chat) => {
      for await (const chunk of await chat.stream(long)) if (chunk.text !== "") break;
      const late = new AbortController();
      const whole = chat.invoke(long, { signal: late.signal }).then(
        () => undefined,
        () => undefined,
      );
      late.abort();
      await whole;
      expectThat((await chat.invoke("Hello")).text.includes("Hello"));
    }),
  ],
];

await runShows(shows);

import {
  ApiError,
  createPartFromUri,
  FunctionCallingConfigMode,
  GoogleGenAI,
  Type,
  type GenerateContentParameters,
} from "@google/genai";
import { pngOf } from "../../../test/media-files.ts";
import { expectThat, runShows, type Show } from "../node/show.ts";

// Google's own client for Node.js, told nothing but GOOGLE_GEMINI_BASE_URL and GEMINI_API_KEY.

const client = new GoogleGenAI({});
const gemini = "google/gemini-2.5-flash";
const others = ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"] as const;
const everyone = ["gemini-2.5-flash", gemini, ...others] as const;
const weather = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] },
};
const River = {
  type: Type.OBJECT,
  properties: { name: { type: Type.STRING }, km: { type: Type.INTEGER } },
  required: ["name", "km"],
};
const long = "[[words:3000]]";

const each = (models: readonly string[], check: (model: string) => Promise<void>) => async (): Promise<void> => {
  for (const model of models) {
    try {
      await check(model);
    } catch (error) {
      throw new Error(`${model}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
};

const refused = async (asking: Promise<unknown>): Promise<ApiError> => {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error(`no error of Google's client, but ${String(error)}`);
  return error;
};

const said = async (asked: GenerateContentParameters): Promise<string> =>
  (await client.models.generateContent(asked)).text ?? "";

const shows: readonly Show[] = [
  [
    "chat",
    each(everyone, async (model) => {
      const answer = await client.models.generateContent({
        model,
        contents: "Hello",
        config: { systemInstruction: "Be kind." },
      });
      expectThat((answer.text ?? "").includes("Hello"), answer.text);
      expectThat((answer.usageMetadata?.totalTokenCount ?? 0) > 0, "no usage");
      expectThat("x-nexus-cost-nano-usd" in (answer.sdkHttpResponse?.headers ?? {}), "no cost");
    }),
  ],
  [
    "stream",
    each(everyone, async (model) => {
      let [text, pieces, tokens] = ["", 0, 0];
      for await (const piece of await client.models.generateContentStream({ model, contents: "Hello" })) {
        text += piece.text ?? "";
        pieces += 1;
        tokens = piece.usageMetadata?.candidatesTokenCount ?? tokens;
      }
      expectThat(text.includes("Hello") && pieces > 2 && tokens > 0, `${pieces} pieces, ${tokens} tokens: ${text}`);
    }),
  ],
  [
    "tools",
    each(everyone, async (model) => {
      const config = {
        tools: [{ functionDeclarations: [weather] }],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } },
      };
      const chat = client.chats.create({ model, config });
      const asked = await chat.sendMessage({ message: "Please call the tool." });
      const [call] = asked.functionCalls ?? [];
      expectThat(call?.name === "weather" && "city" in (call.args ?? {}), JSON.stringify(asked));
      const response = {
        ...(call?.id === undefined ? {} : { id: call.id }),
        name: "weather",
        response: { output: "21 degrees" },
      };
      const told = await chat.sendMessage({ message: [{ functionResponse: response }] });
      expectThat((told.text ?? "").includes("21 degrees"), told.text);
    }),
  ],
  [
    "structured output",
    each(everyone, async (model) => {
      const config = { responseMimeType: "application/json", responseSchema: River };
      const river: unknown = JSON.parse(await said({ model, contents: "Hello", config }));
      expectThat(typeof river === "object" && river !== null && "km" in river, JSON.stringify(river));
    }),
  ],
  [
    "vision",
    each(everyone, async (model) => {
      const inlineData = { mimeType: "image/png", data: pngOf(64, 64).toString("base64") };
      expectThat((await said({ model, contents: [{ inlineData }, { text: "What is this?" }] })).length > 0, "no text");
    }),
  ],
  [
    "thinking",
    async () => {
      const config = { thinkingConfig: { thinkingBudget: 1_024, includeThoughts: true } };
      const answer = await client.models.generateContent({ model: gemini, contents: "Hello", config });
      const parts = answer.candidates?.[0]?.content?.parts ?? [];
      expectThat(
        parts.some(({ thought }) => thought === true),
        JSON.stringify(parts),
      );
    },
  ],
  [
    "search",
    each(["google/gemini-2.5-flash", "openai/gpt-5-mini", "anthropic/claude-haiku-4-5"], async (model) => {
      const config = { tools: [{ googleSearch: {} }] };
      const answer = await client.models.generateContent({ model, contents: "Who wrote it?", config });
      const found = answer.candidates?.[0]?.groundingMetadata;
      expectThat((found?.groundingChunks?.length ?? 0) > 0, JSON.stringify(answer.candidates));
      let streamed = 0;
      for await (const piece of await client.models.generateContentStream({ model, contents: "Who wrote it?", config }))
        streamed += piece.candidates?.[0]?.groundingMetadata?.groundingChunks?.length ?? 0;
      expectThat(streamed > 0, "a stream names no page");
    }),
  ],
  [
    "interactions",
    each(everyone, async (model) => {
      const first = await client.interactions.create({ model, input: "Hello" });
      expectThat(first.status === "completed" && (first.usage?.total_output_tokens ?? 0) > 0, JSON.stringify(first));
      const second = await client.interactions.create({ model, input: "And again", previous_interaction_id: first.id });
      expectThat((second.usage?.total_input_tokens ?? 0) > (first.usage?.total_input_tokens ?? 0), "nothing is kept");
      const kinds: string[] = [];
      for await (const event of await client.interactions.create({ model, input: "Hello", stream: true }))
        kinds.push(event.event_type ?? "");
      expectThat(kinds.at(-1) === "interaction.completed", kinds.join(" "));
      await client.interactions.delete(first.id);
    }),
  ],
  [
    "embeddings",
    async () => {
      const { embeddings = [] } = await client.models.embedContent({
        model: "google/gemini-embedding-001",
        contents: ["one", "two"],
        config: { outputDimensionality: 256 },
      });
      expectThat(embeddings.map(({ values }) => values?.length).join(" ") === "256 256", JSON.stringify(embeddings));
    },
  ],
  [
    "files",
    async () => {
      const file = new Blob([Uint8Array.from(pngOf(64, 64))], { type: "image/png" });
      const made = await client.files.upload({ file, config: { mimeType: "image/png", displayName: "square.png" } });
      const { name = "", uri = "" } = made;
      expectThat((await client.files.get({ name })).displayName === "square.png", JSON.stringify(made));
      const names: (string | undefined)[] = [];
      for await (const one of await client.files.list()) names.push(one.name);
      expectThat(names.includes(name), names.join(" "));
      const contents = [createPartFromUri(uri, "image/png"), "What is this?"];
      expectThat((await said({ model: gemini, contents })).length > 0, "no text");
      await client.files.delete({ name });
      expectThat((await refused(client.files.get({ name }))).status === 404, "it is still there");
    },
  ],
  [
    "counting",
    each(everyone, async (model) => {
      const { totalTokens = 0 } = await client.models.countTokens({ model, contents: "Hello" });
      expectThat(totalTokens > 0, `${totalTokens} tokens`);
    }),
  ],
  [
    "models",
    async () => {
      const names: (string | undefined)[] = [];
      for await (const one of await client.models.list()) names.push(one.name);
      expectThat(
        names.some((name) => name?.includes("gemini-2.5-flash")),
        names.slice(0, 5).join(" "),
      );
      expectThat(
        ((await client.models.get({ model: gemini })).name ?? "").includes("gemini-2.5-flash"),
        "another model",
      );
    },
  ],
  [
    "errors",
    async () => {
      const ask = (more: object) => client.models.generateContent({ model: gemini, contents: "Hello", ...more });
      for (const [more, status] of [
        [{ model: "google/gemini-none" }, 404],
        [{ config: { temperature: 9 } }, 400],
        [{ config: { tools: [{ codeExecution: {} }] } }, 422],
      ] as const) {
        const error = await refused(ask(more));
        expectThat(error.status === status, `${error.status} in place of ${status}: ${error.message}`);
      }
      const stranger = new GoogleGenAI({ apiKey: "wrong" });
      const error = await refused(stranger.models.generateContent({ model: gemini, contents: "Hello" }));
      expectThat(error.status === 401, error.message);
    },
  ],
  [
    "cancellation",
    async () => {
      const stream = await client.models.generateContentStream({ model: gemini, contents: long });
      await stream.next();
      await stream.return(undefined);
      const leaving = new AbortController();
      const asking = said({ model: gemini, contents: long, config: { abortSignal: leaving.signal } });
      setTimeout(() => leaving.abort(), 10);
      await asking.catch(() => undefined);
      expectThat((await said({ model: gemini, contents: "Hello" })).includes("Hello"), "no text");
    },
  ],
];

await runShows(shows);

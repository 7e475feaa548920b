import { anthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { openai } from "@ai-sdk/openai";
import {
  APICallError,
  embedMany,
  generateImage,
  generateSpeech,
  generateText,
  Output,
  stepCountIs,
  streamText,
  tool,
  transcribe,
  type LanguageModel,
} from "ai";
import { z } from "zod";
import { pngOf, waveOf } from "../../../test/media-files.ts";
import { expectThat, runShows, type Show } from "../node/show.ts";

// The AI SDK with its providers for OpenAI, Anthropic and Google as they are exported, told nothing but the vendors' own
// variables: `openai()` speaks responses.

/** Of the three, the one that reads no base URL from a variable. */
const google = createGoogle({ baseURL: process.env["GOOGLE_GENERATIVE_AI_BASE_URL"] ?? "" });

const modelOf: Readonly<Record<string, (model?: string) => LanguageModel>> = {
  responses: (model = "openai/gpt-5-mini") => openai(model),
  "responses to anthropic": (model = "anthropic/claude-haiku-4-5") => openai(model),
  "chat completions": (model = "openai/gpt-4o-mini") => openai.chat(model),
  anthropic: (model = "anthropic/claude-haiku-4-5") => anthropic(model),
  "anthropic to google": (model = "google/gemini-2.5-flash") => anthropic(model),
  google: (model = "google/gemini-2.5-flash") => google(model),
  "google to openai": (model = "openai/gpt-4o-mini") => google(model),
};

const each = (check: (model: LanguageModel, way: string) => Promise<void>) => async (): Promise<void> => {
  for (const [way, model] of Object.entries(modelOf)) {
    try {
      await check(model(), way);
    } catch (error) {
      throw new Error(`${way}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
};

const quick = { maxRetries: 0, maxOutputTokens: 2_000 } as const;
const weather = tool({
  description: "The weather in a city",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `21 degrees in ${city}`,
});
const asksTool = { prompt: "Please call the tool.", tools: { weather }, stopWhen: stepCountIs(3), ...quick };
const River = z.object({ name: z.string(), km: z.number() });
const long = "[[words:3000]]";

const shows: readonly Show[] = [
  [
    "chat",
    each(async (model) => {
      const { text, usage } = await generateText({ model, prompt: "Hello", instructions: "Be kind.", ...quick });
      expectThat(text.includes("Hello") && (usage.totalTokens ?? 0) > 0);
    }),
  ],
  [
    "stream",
    each(async (model) => {
      const failures: string[] = [];
      const onError = ({ error }: { readonly error: unknown }): void => void failures.push(String(error));
      const stream = streamText({ model, prompt: "Hello", onError, ...quick });
      const pieces: string[] = [];
      for await (const piece of stream.textStream) pieces.push(piece);
      const said = `${pieces.length} pieces ${failures.join(", ")}`;
      expectThat(pieces.length > 3 && pieces.join("").includes("Hello"), said);
      expectThat(((await stream.usage).outputTokens ?? 0) > 0);
    }),
  ],
  [
    "tools",
    each(async (model) => {
      const { text, steps } = await generateText({ model, ...asksTool });
      expectThat(steps.length === 2 && text.includes("21 degrees"), text);
    }),
  ],
  [
    "tools, streamed",
    each(async (model) => {
      const stream = streamText({ model, ...asksTool });
      expectThat((await stream.text).includes("21 degrees"));
    }),
  ],
  [
    "structured output",
    each(async (model) => {
      const { output } = await generateText({
        model,
        prompt: "Hello",
        output: Output.object({ schema: River }),
        ...quick,
      });
      expectThat(River.safeParse(output).success);
    }),
  ],
  [
    "vision",
    each(async (model) => {
      const data = pngOf(64, 64);
      const { text } = await generateText({
        model,
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "file", mediaType: "image/png", data },
            ],
          },
        ],
        ...quick,
      });
      expectThat(text !== "");
    }),
  ],
  [
    "reasoning",
    async () => {
      const { steps, text } = await generateText({
        model: openai("openai/gpt-5-mini"),
        ...asksTool,
        providerOptions: { openai: { store: false, reasoningEffort: "low", forceReasoning: true } },
      });
      expectThat(steps.length === 2 && text.includes("21 degrees"));
    },
  ],
  [
    "embeddings",
    async () => {
      for (const model of [
        openai.embedding("openai/text-embedding-3-small"),
        google.embedding("google/gemini-embedding-001"),
      ]) {
        const { embeddings } = await embedMany({ model, values: ["one", "two"], maxRetries: 0 });
        expectThat(embeddings.length === 2);
      }
    },
  ],
  [
    "images",
    async () => {
      const model = openai.image("openai/gpt-image-1.5");
      const { image } = await generateImage({ model, prompt: "A boat", size: "1024x1024", maxRetries: 0 });
      expectThat(image.uint8Array.length > 0);
    },
  ],
  [
    "audio",
    async () => {
      const { audio } = await generateSpeech({
        model: openai.speech("openai/gpt-4o-mini-tts"),
        text: "Good morning",
        voice: "alloy",
        maxRetries: 0,
      });
      expectThat(audio.uint8Array.length > 0);
      const heard = await transcribe({
        model: openai.transcription("openai/gpt-4o-mini-transcribe"),
        audio: waveOf({ seconds: 1 }),
        maxRetries: 0,
      });
      expectThat(heard.text !== "");
    },
  ],
  [
    "errors",
    async () => {
      for (const model of Object.values(modelOf)) {
        const error: unknown = await generateText({ model: model("openai/gpt-none"), prompt: "Hello", ...quick }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expectThat(APICallError.isInstance(error) && error.statusCode === 404, String(error));
      }
    },
  ],
  [
    "cancellation",
    each(async (model) => {
      const leaving = new AbortController();
      const stream = streamText({ model, prompt: long, abortSignal: leaving.signal, ...quick });
      for await (const piece of stream.textStream) if (piece !== "") break;
      leaving.abort();
      const late = new AbortController();
      const whole = generateText({ model, prompt: long, abortSignal: late.signal, ...quick }).then(
        () => undefined,
        () => undefined,
      );
      late.abort();
      await whole;
      const { text } = await generateText({ model, prompt: "Hello", ...quick });
      expectThat(text.includes("Hello"));
    }),
  ],
];

await runShows(shows);

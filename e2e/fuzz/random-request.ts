import type { GenerateTextInput } from "../../server/contracts/ai/generate-text.ts";
import type { Message } from "../../server/contracts/ai/message.ts";
import type { Random } from "../faults/seeded.ts";
import type { ShelfFile } from "./media-shelf.ts";

/** A request at one of the doors, as its caller would write it. */
export type RandomRequest =
  | { readonly door: "typed"; readonly stream: boolean; readonly input: GenerateTextInput }
  | {
      readonly door: "openai" | "anthropic";
      readonly stream: boolean;
      readonly body: Readonly<Record<string, unknown>>;
    };

const models = [
  "openai/gpt-4o",
  "openai/gpt-4o-mini",
  "openai/gpt-4.1-nano",
  "openai/gpt-5",
  "openai/gpt-5.6-luna",
  "openai/gpt-audio",
  "openai/gpt-audio-mini",
  "openai/gpt-4o-search-preview",
  "anthropic/claude-sonnet-4-5",
  "anthropic/claude-haiku-4-5",
  "anthropic/claude-opus-4-7",
  "google/gemini-2.5-flash",
  "google/gemini-2.5-pro",
  "google/gemini-2.5-flash-image",
  "google/gemini-3-flash-preview",
  "openrouter/google/gemini-2.5-flash",
  "openrouter/openai/gpt-4o",
  "openrouter/anthropic/claude-haiku-4.5",
  "openrouter/perplexity/sonar",
  "openrouter/openai/o3-deep-research",
] as const;

const alphabets = ["plain words and more ", "漢字かな交じり文", "🏔️👩‍🚀é", '"{}\\\n\t'] as const;

const textOf = (random: Random): string => random.pick(alphabets).repeat(random.pick([1, 1, 5, 50, 500]));

const toolsOf = (random: Random): readonly { readonly name: string; readonly description: string }[] =>
  Array.from({ length: random.pick([0, 0, 1, 5]) }, (_, n) => ({
    name: `tool_${n}`,
    description: textOf(random).slice(0, 500),
  }));

const schema = { type: "object", properties: { place: { type: "string", description: "Where." } } };

/** What the sandbox is told to answer: the dearest usage for these media. */
const tellingOf = (files: readonly ShelfFile[]): string =>
  `[[sandbox:dearest;media=${files.map(({ truth }) => truth).join("+")}]]`;

const chatPart = ({ mediaType, data }: ShelfFile, random: Random): object => {
  const url = `data:${mediaType};base64,${data}`;
  if (mediaType.startsWith("image/"))
    return { type: "image_url", image_url: { url, detail: random.pick(["low", "high", "auto"]) } };
  if (mediaType.startsWith("audio/"))
    return { type: "input_audio", input_audio: { data, format: random.pick(["wav", "mp3"]) } };
  if (mediaType.startsWith("video/")) return { type: "video_url", video_url: { url } };
  return { type: "file", file: { filename: "a.pdf", file_data: url } };
};

/** Now and then an answer that is spoken is asked for, mostly of models that speak. */
const spokenOf = (random: Random, model: string, stream: boolean): object =>
  random.next() < (model.includes("gpt-audio") ? 0.7 : 0.03)
    ? { modalities: ["text", "audio"], audio: { voice: "alloy", format: stream ? "pcm16" : "mp3" } }
    : {};

const chatOf = (random: Random, model: string, files: readonly ShelfFile[], text: string): RandomRequest => {
  const tools = toolsOf(random);
  const stream = random.next() < 0.5;
  return {
    door: "openai",
    stream,
    body: {
      model,
      stream,
      messages: [
        ...(random.next() < 0.3 ? [{ role: "system", content: textOf(random) }] : []),
        { role: "user", content: [{ type: "text", text }, ...files.map((file) => chatPart(file, random))] },
      ],
      ...(random.next() < 0.7 ? { max_tokens: random.pick([1, 100, 4_000]) } : {}),
      ...(random.next() < 0.2 ? { n: random.between(1, 4) } : {}),
      ...spokenOf(random, model, stream),
      ...(tools.length > 0
        ? { tools: tools.map((one) => ({ type: "function", function: { ...one, parameters: schema } })) }
        : {}),
    },
  };
};

const vendorTools: readonly [object, ...object[]] = [
  { type: "bash_20250124", name: "bash" },
  { type: "text_editor_20250728", name: "str_replace_based_edit_tool" },
];

const messagesOf = (random: Random, model: string, files: readonly ShelfFile[], text: string): RandomRequest => {
  const tools: object[] = toolsOf(random).map((one) => ({ ...one, input_schema: schema }));
  if (random.next() < 0.2) tools.push(random.pick(vendorTools));
  const cache = random.next() < 0.3 ? { cache_control: { type: "ephemeral", ttl: random.pick(["5m", "1h"]) } } : {};
  const stream = random.next() < 0.5;
  return {
    door: "anthropic",
    stream,
    body: {
      model,
      stream,
      max_tokens: random.pick([1, 100, 4_000]),
      messages: [
        {
          role: "user",
          content: [
            ...files.map(({ mediaType, data }) => ({
              type: mediaType.startsWith("image/") ? "image" : "document",
              source: { type: "base64", media_type: mediaType, data },
            })),
            { type: "text", text, ...cache },
          ],
        },
      ],
      ...(tools.length > 0 ? { tools } : {}),
    },
  };
};

const typedOf = (random: Random, model: string, files: readonly ShelfFile[], text: string): RandomRequest => {
  const content: Message = {
    role: "user",
    content: [
      { type: "text", text },
      ...files.map(({ mediaType, data }) => ({ type: "file" as const, mediaType, data })),
    ],
  };
  const tools = toolsOf(random);
  return {
    door: "typed",
    stream: random.next() < 0.5,
    input: {
      model,
      messages: [content],
      ...(random.next() < 0.3 ? { instructions: textOf(random) } : {}),
      ...(random.next() < 0.7 ? { maxOutputTokens: random.pick([1, 100, 4_000]) } : {}),
      ...(tools.length > 0 ? { tools: tools.map((one) => ({ ...one, inputSchema: schema })) } : {}),
    },
  };
};

const searchModels = [
  "openai/gpt-4o-mini",
  "openai/gpt-4.1",
  "openai/gpt-5",
  "openai/gpt-5.6-luna",
  "anthropic/claude-haiku-4-5",
  "anthropic/claude-sonnet-4-5",
  "anthropic/claude-opus-4-7",
  "google/gemini-2.5-flash",
  "google/gemini-2.5-pro",
] as const;

/** How each dialect asks for so many searches; OpenAI's chat cannot say how many. */
const searchBodies = {
  openai: (model: string, text: string) => ({
    model,
    messages: [{ role: "user", content: text }],
    max_tokens: 400,
    web_search_options: {},
  }),
  anthropic: (model: string, text: string, most: number) => ({
    model,
    messages: [{ role: "user", content: text }],
    max_tokens: 400,
    tools: [{ type: "web_search_20250305", name: "web_search", max_uses: most }],
  }),
} as const;

/** A request that searches as often as it may, at its dearest. */
const searchOf = (random: Random): RandomRequest => {
  const model = random.pick(searchModels);
  const most = random.pick([1, 1, 2, 3, 7, 20]);
  const text = `${tellingOf([])} [[searches:${most}]] ${textOf(random)}`;
  const stream = random.next() < 0.5;
  const door = random.pick(["typed", "openai", "anthropic"] as const);
  if (door === "typed")
    return { door, stream, input: { model, prompt: text, maxOutputTokens: 400, webSearch: { maxUses: most } } };
  return { door, stream, body: { ...searchBodies[door](model, text, most), stream } };
};

const plainRequest = (random: Random, shelf: readonly [ShelfFile, ...ShelfFile[]]): RandomRequest => {
  const files = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => random.pick(shelf));
  const text = `${tellingOf(files)} ${textOf(random)}`;
  const make = random.pick([chatOf, messagesOf, typedOf]);
  return make(random, random.pick(models), files, text);
};

/** A request of any kind; of ten one searches the web. */
export const randomRequest = (random: Random, shelf: readonly [ShelfFile, ...ShelfFile[]]): RandomRequest =>
  random.next() < 0.1 ? searchOf(random) : plainRequest(random, shelf);

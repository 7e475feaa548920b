import type { ModelRequest } from "../compose-answer.ts";
import { countTokens } from "../count-tokens.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { blocksOf } from "./content.ts";
import { claudeMediaTokens } from "./media-tokens.ts";
import type { ClaudeModel } from "./models.ts";

/** Every text a block holds: its own, a tool call's name and arguments, a tool result's content. */
function textOf(block: JsonObject): string {
  if (block["type"] === "tool_use") return stringOf(block["name"]) + JSON.stringify(block["input"] ?? {});
  if (block["type"] === "tool_result") return blocksOf(block["content"]).map(textOf).join("");
  return stringOf(block["text"]) + stringOf(block["thinking"]);
}

function toolChoiceOf(choice: unknown): ModelRequest["toolChoice"] {
  if (!isObject(choice)) return "auto";
  // The search is no tool that the caller could answer.
  if (choice["type"] === "tool" && choice["name"] === "web_search") return "auto";
  if (choice["type"] === "tool") return { name: stringOf(choice["name"]) };
  if (choice["type"] === "any") return "required";
  return choice["type"] === "none" ? "none" : "auto";
}

function jsonSchemaOf(body: JsonObject): JsonObject | undefined {
  const format = objectOf(objectOf(body["output_config"])["format"] ?? body["output_format"]);
  return format["type"] === "json_schema" ? objectOf(format["schema"]) : undefined;
}

/** Tokens a request that thinks spends on it: up to 64 of its budget. */
const thinkingTokensOf = (body: JsonObject): number =>
  Math.min(finiteNumberOf(objectOf(body["thinking"])["budget_tokens"]) ?? 64, 64);

const isResult = (block: JsonObject): boolean => block["type"] === "tool_result";

/** Where the user last sent something else than results of tools. */
const lastSpoken = (messages: readonly JsonObject[]): number =>
  messages.findLastIndex((message) => message["role"] === "user" && !blocksOf(message["content"]).some(isResult));

const allBlocks = (body: JsonObject): readonly JsonObject[] => [
  ...blocksOf(body["system"] ?? []),
  ...listOf(body["messages"]).flatMap((message) => blocksOf(objectOf(message)["content"])),
];

/** Tokens of the text blocks marked for caching, by the time they are kept: the sandbox counts each as written. */
export function readCacheWrites(body: JsonObject): {
  readonly fiveMinutes: number;
  readonly hour: number;
} {
  const marked = allBlocks(body).filter((block) => isObject(block["cache_control"]));
  const tokens = (blocks: readonly JsonObject[]) => countTokens(blocks.map(textOf).join(""));
  const isHour = (block: JsonObject) => objectOf(block["cache_control"])["ttl"] === "1h";
  return {
    fiveMinutes: tokens(marked.filter((one) => !isHour(one))),
    hour: tokens(marked.filter(isHour)),
  };
}

/** A messages request, in no vendor's words. */
export function readMessagesRequest(body: JsonObject, model: ClaudeModel, thinks: boolean): ModelRequest {
  const messages = listOf(body["messages"]).map(objectOf);
  const blocks = allBlocks(body);
  const media = blocks.flatMap((block) => [
    block,
    ...(Array.isArray(block["content"]) ? blocksOf(block["content"]) : []),
  ]);
  const lastTurn = messages.findLast((message) => message["role"] !== "system");
  const lastBlocks = blocksOf(lastTurn?.["content"] ?? []);
  const results = lastBlocks.filter(isResult);
  const spoken = lastSpoken(messages);
  const userText = blocksOf(messages[spoken]?.["content"] ?? []).filter((block) => block["type"] === "text");
  return {
    texts: blocks.map(textOf),
    messages: messages.length,
    images: media.filter((block) => block["type"] === "image").length,
    seenTokens: media.reduce((sum, block) => sum + claudeMediaTokens(model, block), 0),
    heardTokens: 0,
    lastUserText: userText.map(textOf).join(""),
    toolResult: results.length > 0 ? results.map(textOf).join(" ") : undefined,
    toolResults: messages.slice(spoken + 1).flatMap((message) => blocksOf(message["content"]).filter(isResult)).length,
    tools: listOf(body["tools"])
      .map(objectOf)
      .filter((tool) => isObject(tool["input_schema"]))
      .map((tool) => ({ name: stringOf(tool["name"]), schema: objectOf(tool["input_schema"]) })),
    toolChoice: toolChoiceOf(body["tool_choice"]),
    jsonSchema: jsonSchemaOf(body),
    maxTokens: finiteNumberOf(body["max_tokens"]),
    reasoningTokens: thinks ? thinkingTokensOf(body) : 0,
  };
}

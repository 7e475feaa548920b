import type { ModelRequest } from "../compose-answer.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { audioTokens, imageTokens } from "./media-tokens.ts";
import type { OpenaiModel } from "./models.ts";
import { heardAgain } from "./said-aloud.ts";

const effort: Record<string, number> = {
  minimal: 8,
  low: 32,
  medium: 64,
  high: 128,
  xhigh: 256,
  max: 256,
};

/** Reasoning tokens of an effort, or of the one that the model has unasked. */
export const effortTokens = (level: unknown, { efforts }: OpenaiModel): number =>
  effort[stringOf(level ?? efforts?.[0])] ?? 0;

/** The texts of a message's content, joined. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => stringOf(objectOf(part)["text"]))
    .join("");
}

const partsOf = (messages: readonly JsonObject[], type: string): readonly JsonObject[] =>
  messages
    .flatMap((message) => listOf(message["content"]))
    .map(objectOf)
    .filter((part) => part["type"] === type);

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0);

function jsonSchemaOf(format: JsonObject): JsonObject | undefined {
  if (format["type"] === "json_object") return {};
  return format["type"] === "json_schema" ? objectOf(objectOf(format["json_schema"])["schema"]) : undefined;
}

function toolChoiceOf(choice: unknown): ModelRequest["toolChoice"] {
  if (isObject(choice)) return { name: stringOf(objectOf(choice["function"])["name"]) };
  return choice === "none" || choice === "required" ? choice : "auto";
}

/** A chat completion request, in no vendor's words. */
export function readChatRequest(body: JsonObject, model: OpenaiModel): ModelRequest {
  const messages = listOf(body["messages"]).map(objectOf);
  const last = messages.at(-1) ?? {};
  const spoken = messages.findLastIndex((message) => message["role"] === "user");
  const images = partsOf(messages, "image_url").map((part) => objectOf(part["image_url"]));
  const calls = messages
    .flatMap((message) => listOf(message["tool_calls"]))
    .map((call) => objectOf(objectOf(call)["function"]));
  return {
    texts: [
      ...messages.map((message) => contentText(message["content"])),
      ...calls.map((call) => stringOf(call["name"]) + stringOf(call["arguments"])),
    ],
    messages: messages.length,
    images: images.length,
    seenTokens: sumOf(images.map(({ url, detail }) => imageTokens(model, stringOf(url), detail))),
    heardTokens: sumOf([
      ...partsOf(messages, "input_audio").map((part) => audioTokens(stringOf(objectOf(part["input_audio"])["data"]))),
      ...messages.flatMap(({ audio }) => (isObject(audio) ? [heardAgain(objectOf(audio)["id"])] : [])),
    ]),
    lastUserText: contentText(messages.findLast((message) => message["role"] === "user")?.["content"]),
    toolResult: last["role"] === "tool" ? contentText(last["content"]) : undefined,
    toolResults: messages.slice(spoken + 1).filter((message) => message["role"] === "tool").length,
    tools: listOf(body["tools"]).map((tool) => {
      const definition = objectOf(objectOf(tool)["function"]);
      return {
        name: stringOf(definition["name"]),
        schema: { type: "object", ...objectOf(definition["parameters"]) },
      };
    }),
    toolChoice: toolChoiceOf(body["tool_choice"]),
    jsonSchema: jsonSchemaOf(objectOf(body["response_format"])),
    maxTokens: finiteNumberOf(body["max_completion_tokens"]) ?? finiteNumberOf(body["max_tokens"]),
    reasoningTokens: effortTokens(body["reasoning_effort"], model),
  };
}

import type { ModelRequest } from "../compose-answer.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { imageTokens } from "./media-tokens.ts";
import type { OpenaiModel } from "./models.ts";
import { effortTokens, sumOf, contentText } from "./read-request.ts";

/** The items of a responses request; a plain text is one user message. */
const itemsOf = (input: unknown): readonly JsonObject[] =>
  typeof input === "string" ? [{ role: "user", content: input }] : listOf(input).map(objectOf);

function itemText(item: JsonObject): string {
  if (item["type"] === "function_call") return stringOf(item["name"]) + stringOf(item["arguments"]);
  if (item["type"] === "function_call_output") return contentText(item["output"]);
  return contentText(item["content"]);
}

function toolChoiceOf(choice: unknown): ModelRequest["toolChoice"] {
  if (isObject(choice)) return { name: stringOf(choice["name"]) };
  return choice === "none" || choice === "required" ? choice : "auto";
}

function jsonSchemaOf(format: JsonObject): JsonObject | undefined {
  if (format["type"] === "json_object") return {};
  return format["type"] === "json_schema" ? objectOf(format["schema"]) : undefined;
}

/** A responses request, in no vendor's words. */
export function readResponsesRequest(body: JsonObject, model: OpenaiModel): ModelRequest {
  const items = itemsOf(body["input"]);
  const parts = items.flatMap((item) => listOf(item["content"])).map(objectOf);
  const images = parts.filter((part) => part["type"] === "input_image");
  const last = items.at(-1) ?? {};
  const spoken = items.findLastIndex((item) => item["role"] === "user");
  return {
    texts: [stringOf(body["instructions"]), ...items.map(itemText)],
    messages: items.length,
    images: images.length,
    seenTokens: sumOf(images.map((part) => imageTokens(model, stringOf(part["image_url"]), part["detail"]))),
    heardTokens: 0,
    lastUserText: contentText(items.findLast((item) => item["role"] === "user")?.["content"]),
    toolResult: last["type"] === "function_call_output" ? itemText(last) : undefined,
    toolResults: items.slice(spoken + 1).filter((item) => item["type"] === "function_call_output").length,
    tools: listOf(body["tools"])
      .map(objectOf)
      .filter((tool) => tool["type"] === "function")
      .map((tool) => ({
        name: stringOf(tool["name"]),
        schema: { type: "object", ...objectOf(tool["parameters"]) },
      })),
    toolChoice: toolChoiceOf(body["tool_choice"]),
    jsonSchema: jsonSchemaOf(objectOf(objectOf(body["text"])["format"])),
    maxTokens: finiteNumberOf(body["max_output_tokens"]),
    reasoningTokens: effortTokens(objectOf(body["reasoning"])["effort"], model),
  };
}

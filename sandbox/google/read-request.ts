import type { ModelRequest } from "../compose-answer.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { geminiMediaTokens } from "./media-tokens.ts";
import type { GeminiModel } from "./models.ts";
import { thoughtTokens } from "./thinking.ts";

const partsOf = (content: unknown): readonly JsonObject[] => listOf(objectOf(content)["parts"]).map(objectOf);

function textOf(part: JsonObject): string {
  const call = objectOf(part["functionCall"] ?? part["functionResponse"]);
  const inside = "name" in call ? stringOf(call["name"]) + JSON.stringify(call["args"] ?? call["response"] ?? {}) : "";
  return stringOf(part["text"]) + inside;
}

const mediaTypeOf = (part: JsonObject): string =>
  stringOf(objectOf(part["inlineData"])["mimeType"] ?? objectOf(part["fileData"])["mimeType"]);

function toolChoiceOf(body: JsonObject): ModelRequest["toolChoice"] {
  const config = objectOf(objectOf(body["toolConfig"])["functionCallingConfig"]);
  if (config["mode"] === "NONE") return "none";
  if (config["mode"] !== "ANY") return "auto";
  const only = listOf(config["allowedFunctionNames"])[0];
  return typeof only === "string" ? { name: only } : "required";
}

function jsonSchemaOf(config: JsonObject): JsonObject | undefined {
  if (config["responseMimeType"] !== "application/json") return undefined;
  return objectOf(config["responseJsonSchema"] ?? config["responseSchema"]);
}

/** Prompt tokens of Google's own tools: fifty for each that is switched on. */
export const readToolUse = (body: JsonObject): number =>
  listOf(body["tools"])
    .flatMap((tool) => Object.keys(objectOf(tool)))
    .filter((name) => name !== "functionDeclarations").length * 50;

/** A generateContent request, in no vendor's words. */
export function readGenerateRequest(body: JsonObject, model: GeminiModel): ModelRequest {
  const contents = listOf(body["contents"]).map(objectOf);
  const parts = [...partsOf(body["systemInstruction"]), ...contents.flatMap(partsOf)];
  const config = objectOf(body["generationConfig"]);
  const media = parts.map((part) => geminiMediaTokens(model, part, config["mediaResolution"]));
  const results = partsOf(contents.at(-1)).filter((part) => isObject(part["functionResponse"]));
  const asked = contents.findLast(
    (content) => content["role"] !== "model" && partsOf(content).some((part) => typeof part["text"] === "string"),
  );
  return {
    texts: parts.map(textOf),
    messages: contents.length,
    images: parts.filter((part) => mediaTypeOf(part).startsWith("image/")).length,
    seenTokens: media.reduce((sum, { seen }) => sum + seen, 0),
    heardTokens: media.reduce((sum, { heard }) => sum + heard, 0),
    lastUserText: partsOf(asked)
      .map((part) => stringOf(part["text"]))
      .join(""),
    toolResult: results.length > 0 ? results.map(textOf).join(" ") : undefined,
    tools: listOf(body["tools"])
      .flatMap((tool) => listOf(objectOf(tool)["functionDeclarations"]))
      .map(objectOf)
      .map((tool) => ({
        name: stringOf(tool["name"]),
        schema: { type: "object", ...objectOf(tool["parametersJsonSchema"] ?? tool["parameters"]) },
      })),
    toolChoice: toolChoiceOf(body),
    jsonSchema: jsonSchemaOf(config),
    maxTokens: finiteNumberOf(config["maxOutputTokens"]),
    reasoningTokens: thoughtTokens(body, model),
  };
}

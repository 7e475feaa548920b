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

const resultsOf = (contents: readonly JsonObject[]): readonly JsonObject[] =>
  contents.flatMap(partsOf).filter((part) => isObject(part["functionResponse"]));

/** The turns of a conversation: contents of the same side that follow one another are one. */
function turnsOf(contents: readonly JsonObject[]): readonly (readonly JsonObject[])[] {
  const turns: JsonObject[][] = [];
  for (const content of contents) {
    const last = turns.at(-1);
    if (last !== undefined && (last[0]?.["role"] === "model") === (content["role"] === "model")) last.push(content);
    else turns.push([content]);
  }
  return turns;
}

/** Where the user last sent something else than results of functions. */
const lastSpoken = (turns: readonly (readonly JsonObject[])[]): number =>
  turns.findLastIndex((turn) => turn[0]?.["role"] !== "model" && resultsOf(turn).length === 0);

/** A generateContent request, in no vendor's words. */
export function readGenerateRequest(body: JsonObject, model: GeminiModel): ModelRequest {
  const contents = listOf(body["contents"]).map(objectOf);
  const parts = [...partsOf(body["systemInstruction"]), ...contents.flatMap(partsOf)];
  const config = objectOf(body["generationConfig"]);
  const media = parts.map((part) => geminiMediaTokens(model, part, config["mediaResolution"]));
  const turns = turnsOf(contents);
  const results = resultsOf(turns.at(-1) ?? []);
  const spoken = lastSpoken(turns);
  return {
    texts: parts.map(textOf),
    messages: contents.length,
    images: parts.filter((part) => mediaTypeOf(part).startsWith("image/")).length,
    seenTokens: media.reduce((sum, { seen }) => sum + seen, 0),
    heardTokens: media.reduce((sum, { heard }) => sum + heard, 0),
    lastUserText: (turns[spoken] ?? [])
      .flatMap(partsOf)
      .map((part) => stringOf(part["text"]))
      .join(""),
    toolResult: results.length > 0 ? results.map(textOf).join(" ") : undefined,
    toolResults: turns.slice(spoken + 1).flatMap(resultsOf).length,
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

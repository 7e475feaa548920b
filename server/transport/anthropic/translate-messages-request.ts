import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Tool } from "../../contracts/ai/message.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Translated } from "../dialect/dialect.ts";
import { present } from "../dialect/present.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import { searchOfMessages, type MessagesRequest } from "./messages-request.ts";
import type { MessagesTool } from "./messages-tool.ts";
import { toolsInMessages } from "./tools-in-messages.ts";
import { translateMessages } from "./translate-messages.ts";

/** Settings that are translated, or have no effect in a translated request. */
const known = new Set([
  "model",
  "messages",
  "system",
  "stream",
  "max_tokens",
  "tools",
  "tool_choice",
  "stop_sequences",
  "temperature",
  "top_p",
  "top_k",
  "thinking",
  "service_tier",
  "output_config",
  "output_format",
]);

const warnOfUnknown = (request: MessagesRequest, warn: Warn): void => {
  for (const [field, value] of Object.entries(request)) {
    if (!known.has(field) && value !== null && value !== undefined) warn(field);
  }
};

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: object): Tool["inputSchema"] => schema as Tool["inputSchema"];

const toolOf = ({ type, name, description, input_schema: schema }: MessagesTool): Tool => {
  if (type !== undefined && type !== null && type !== "custom") throw notTranslatable(`A tool of type ${type}`);
  return {
    name,
    ...(typeof description === "string" ? { description } : {}),
    inputSchema: asSchema(schema ?? { type: "object", properties: {} }),
  };
};

/** The tools that are there at the end of the conversation: others know of no change along the way. */
const toolsOf = ({ tools, messages }: MessagesRequest): Tool[] | undefined => {
  const run = (tools ?? []).filter(({ type }) => type?.startsWith("web_search_") !== true);
  const all = new Map(run.map((tool) => [tool.name, tool]));
  const left = new Map(all);
  for (const one of toolsInMessages(messages)) {
    if (one.change === "define") all.set(one.tool.name, one.tool);
    const name = one.change === "define" ? one.tool.name : one.name;
    const tool = all.get(name);
    if (one.change === "remove") left.delete(name);
    else if (tool !== undefined) left.set(name, tool);
  }
  return left.size === 0 && run.length === 0 ? undefined : [...left.values()].map(toolOf);
};

const toolChoiceOf = ({ tool_choice: choice }: MessagesRequest): GenerateTextInput["toolChoice"] => {
  if (!choice) return undefined;
  if (choice.type === "any") return "required";
  if (choice.type === "tool") {
    if (typeof choice.name !== "string") throw invalidField("tool_choice.name", "the name of a tool");
    return { type: "tool", toolName: choice.name };
  }
  return choice.type;
};

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const efforts = ["low", "medium", "high", "xhigh", "max"] as const;

/** A budget, an effort, or adaptive thinking without one, which Anthropic takes for a high one. */
const thinkingOf = (request: MessagesRequest): Pick<GenerateTextInput, "reasoning" | "reasoningBudget"> => {
  const { thinking } = request;
  const asked = memberOf(request["output_config"], "effort");
  const effort = efforts.find((one) => one === asked);
  if (thinking?.type === "disabled") return { reasoning: "none" };
  if (thinking?.type === "enabled" && typeof thinking.budget_tokens === "number")
    return { reasoningBudget: thinking.budget_tokens };
  if (thinking?.type === "adaptive") return { reasoning: effort ?? "high" };
  return effort === undefined ? {} : { reasoning: effort };
};

const responseFormatOf = (request: MessagesRequest): GenerateTextInput["responseFormat"] => {
  const format = memberOf(request["output_config"], "format") ?? request["output_format"];
  const schema = memberOf(format, "schema");
  if (memberOf(format, "type") !== "json_schema" || typeof schema !== "object" || schema === null) return undefined;
  return { type: "json", schema: asSchema(schema) };
};

/** Anthropic's messages in Nexus' own contract, for vendors that do not speak them. Nothing is dropped in silence. */
export const translateMessagesRequest = (request: MessagesRequest): Translated => {
  const warnings = new Set<string>();
  const warn: Warn = (setting) => warnings.add(setting);
  warnOfUnknown(request, warn);
  const input = parseInput(
    GenerateTextInput,
    present({
      model: request.model,
      messages: translateMessages(request, warn),
      tools: toolsOf(request),
      toolChoice: toolChoiceOf(request),
      parallelToolCalls: request.tool_choice?.disable_parallel_tool_use === true ? false : undefined,
      webSearch: searchOfMessages(request),
      responseFormat: responseFormatOf(request),
      maxOutputTokens: request.max_tokens,
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      stopSequences: request.stop_sequences,
      ...thinkingOf(request),
    }),
  );
  return { input, warnings: [...warnings] };
};

import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Tool } from "../../contracts/ai/message.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Translated } from "../dialect/dialect.ts";
import { present } from "../dialect/present.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import { CalledTools, flatToolName } from "./called-tools.ts";
import { searchOfResponses, type ResponseItem, type ResponsesRequest } from "./responses-request.ts";
import { translateResponseItems } from "./translate-response-items.ts";

/** Settings that are translated, kept by Nexus itself, or have no effect in a translated request. */
const known = new Set([
  "model",
  "input",
  "instructions",
  "max_output_tokens",
  "max_tool_calls",
  "stream",
  "stream_options",
  "background",
  "store",
  "previous_response_id",
  "conversation",
  "include",
  "metadata",
  "client_metadata",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "reasoning",
  "text",
  "temperature",
  "top_p",
  "service_tier",
]);

/** Values that ask for what happens anyway. */
const harmless: Readonly<Record<string, unknown>> = { top_logprobs: 0, truncation: "disabled" };

/** What answers have in them, asked for or not. */
const given: ReadonlySet<string> = new Set(["reasoning.encrypted_content", "web_search_call.action.sources"]);

const warnOfUnknown = (request: ResponsesRequest, warn: Warn): void => {
  for (const [field, value] of Object.entries(request)) {
    if (known.has(field) || value === null || value === undefined || harmless[field] === value) continue;
    warn(field);
  }
  if (request.text?.verbosity !== undefined && request.text.verbosity !== null) warn("text.verbosity");
  for (const one of request.include ?? []) if (!given.has(one)) warn(`include.${one}`);
};

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: Record<string, unknown>): Tool["inputSchema"] => schema as Tool["inputSchema"];

const responseFormatOf = ({ text }: ResponsesRequest): GenerateTextInput["responseFormat"] => {
  const format = text?.format;
  if (!format || format.type === "text") return undefined;
  if (format.type === "json_object") return { type: "json" };
  if (!format.schema || format.name === undefined) throw invalidField("text.format", "a name and a schema");
  return {
    type: "json",
    name: format.name,
    schema: asSchema(format.schema),
    ...(typeof format.description === "string" ? { description: format.description } : {}),
  };
};

const namespaceOf = (choice: Readonly<Record<string, unknown>>): string | undefined =>
  typeof choice["namespace"] === "string" ? choice["namespace"] : undefined;

/** Which tools may be called, and whether one has to be. */
const chosenTools = (
  { tool_choice: choice }: ResponsesRequest,
  tools: readonly Tool[],
): Pick<GenerateTextInput, "tools" | "toolChoice"> => {
  const all = tools.length === 0 ? {} : { tools: [...tools] };
  if (choice === undefined || choice === null) return all;
  if (typeof choice === "string") return { ...all, toolChoice: choice };
  const { type, name = "" } = choice;
  if (type === "allowed_tools") {
    const allowed = new Set((choice.tools ?? []).map((one) => flatToolName(one.name ?? "", namespaceOf(one))));
    return { tools: tools.filter((tool) => allowed.has(tool.name)), toolChoice: choice.mode ?? "auto" };
  }
  if (type === "web_search") return { ...all, toolChoice: { type: "tool", toolName: "web_search" } };
  if (type !== "function" && type !== "custom") throw notTranslatable(`tool_choice of type ${type}`);
  return { ...all, toolChoice: { type: "tool", toolName: flatToolName(name, namespaceOf(choice)) } };
};

/** OpenAI's responses in Nexus' own contract, for vendors that do not speak them. Nothing is dropped in silence. */
export const translateResponsesRequest = (request: ResponsesRequest, items: readonly ResponseItem[]): Translated => {
  if ((request.top_logprobs ?? 0) > 0) throw notTranslatable("top_logprobs");
  const warnings = new Set<string>();
  const warn: Warn = (setting) => warnings.add(setting);
  warnOfUnknown(request, warn);
  const input = parseInput(
    GenerateTextInput,
    present({
      model: request.model,
      instructions: request.instructions === "" ? undefined : request.instructions,
      messages: translateResponseItems(items, warn),
      ...chosenTools(request, new CalledTools(request, warn).tools),
      parallelToolCalls: request.parallel_tool_calls,
      webSearch: searchOfResponses(request),
      responseFormat: responseFormatOf(request),
      maxOutputTokens: request.max_output_tokens,
      temperature: request.temperature,
      topP: request.top_p,
      reasoning: request.reasoning?.effort,
    }),
  );
  return { input, warnings: [...warnings] };
};

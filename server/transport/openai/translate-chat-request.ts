import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Tool } from "../../contracts/ai/message.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { outputLimitAsked, searchOfChat, spokenField, type ChatRequest } from "./chat-request.ts";
import { translateChatMessages } from "./translate-chat-messages.ts";
import { present } from "../dialect/present.ts";
import type { Translated } from "../dialect/dialect.ts";
import { notTranslatable, type Warn } from "../dialect/translation-limits.ts";

/** Settings that are translated, or have no effect in a translated request. */
const known = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
  "n",
  "tools",
  "tool_choice",
  "response_format",
  "temperature",
  "top_p",
  "top_k",
  "presence_penalty",
  "frequency_penalty",
  "stop",
  "seed",
  "reasoning_effort",
  "reasoning",
  "parallel_tool_calls",
  "modalities",
  "service_tier",
  "web_search_options",
]);

/** Values that ask for what happens anyway. */
const harmless: Readonly<Record<string, unknown>> = {
  logprobs: false,
  store: false,
  top_logprobs: 0,
};

const warnOfUnknown = (request: ChatRequest, warn: Warn): void => {
  for (const [field, value] of Object.entries(request)) {
    if (known.has(field) || value === null || value === undefined || harmless[field] === value) continue;
    warn(field);
  }
};

const toolsOf = (request: ChatRequest): Tool[] | undefined =>
  request.tools?.map(({ function: declared }) => {
    if (!declared) throw notTranslatable("A custom tool");
    return {
      name: declared.name,
      ...(typeof declared.description === "string" ? { description: declared.description } : {}),
      inputSchema: asSchema(declared.parameters ?? { type: "object", properties: {} }),
      ...(typeof declared.strict === "boolean" ? { strict: declared.strict } : {}),
    };
  });

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: Record<string, unknown>): Tool["inputSchema"] => schema as Tool["inputSchema"];

const toolChoiceOf = ({ tool_choice: choice }: ChatRequest): GenerateTextInput["toolChoice"] => {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === "string") return choice;
  if (choice.type !== "function" || !choice.function) throw notTranslatable(`tool_choice of type ${choice.type}`);
  return { type: "tool", toolName: choice.function.name };
};

const responseFormatOf = ({ response_format: format }: ChatRequest): GenerateTextInput["responseFormat"] => {
  if (!format || format.type === "text") return undefined;
  const { json_schema: asked } = format;
  if (format.type === "json_object" || !asked) return { type: "json" };
  return {
    type: "json",
    name: asked.name,
    ...(asked.schema ? { schema: asSchema(asked.schema) } : {}),
    ...(typeof asked.description === "string" ? { description: asked.description } : {}),
  };
};

/** OpenAI's effort, or OpenRouter's object, which also knows a budget. */
const thinkingOf = ({
  reasoning,
  reasoning_effort: effort,
}: ChatRequest): Pick<GenerateTextInput, "reasoning" | "reasoningBudget"> => {
  if (reasoning?.enabled === false) return { reasoning: "none" };
  const tokens = reasoning?.max_tokens;
  if (typeof tokens === "number" && tokens > 0) return { reasoningBudget: tokens };
  const asked = effort ?? reasoning?.effort ?? (reasoning?.enabled === true ? "medium" : undefined);
  return asked === undefined ? {} : { reasoning: asked };
};

/** OpenAI's chat dialect in Nexus' own contract, for vendors that do not speak it. Nothing is dropped in silence. */
export const translateChatRequest = (request: ChatRequest): Translated => {
  if ((request.n ?? 1) > 1) throw notTranslatable("More than one choice (n)");
  if (request["logprobs"] === true) throw notTranslatable("logprobs");
  const spoken = spokenField(request);
  if (spoken !== undefined) throw notTranslatable(`A spoken answer (${spoken})`);
  if (Array.isArray(request["functions"])) throw notTranslatable("The old functions parameter");
  const warnings = new Set<string>();
  const warn: Warn = (setting) => warnings.add(setting);
  warnOfUnknown(request, warn);
  if (request.reasoning?.exclude === true) warn("reasoning.exclude");
  const { stop } = request;
  const input = parseInput(
    GenerateTextInput,
    present({
      model: request.model,
      messages: translateChatMessages(request.messages, warn),
      tools: toolsOf(request),
      toolChoice: toolChoiceOf(request),
      webSearch: searchOfChat(request),
      responseFormat: responseFormatOf(request),
      maxOutputTokens: outputLimitAsked(request),
      temperature: request.temperature,
      topP: request.top_p,
      topK: request.top_k,
      presencePenalty: request.presence_penalty,
      frequencyPenalty: request.frequency_penalty,
      stopSequences: typeof stop === "string" ? [stop] : stop,
      seed: request.seed,
      parallelToolCalls: request.parallel_tool_calls,
      ...thinkingOf(request),
    }),
  );
  return { input, warnings: [...warnings] };
};

import type { LanguageModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";
import type { GenerateTextInput } from "../types.ts";
import { vendorOptionsOf } from "./call-choices.ts";
import { toMessages } from "./prompt-messages.ts";
import { presentFields } from "./present-fields.ts";
import { isSearchTool, webSearchOf } from "./web-search.ts";

/** What is asked of Nexus, and what of the AI SDK's request it has no word for. */
export interface AskedText {
  readonly input: GenerateTextInput;
  readonly warnings: readonly SharedV4Warning[];
}

type Settings = Pick<
  GenerateTextInput,
  | "maxOutputTokens"
  | "temperature"
  | "topP"
  | "topK"
  | "presencePenalty"
  | "frequencyPenalty"
  | "stopSequences"
  | "seed"
  | "reasoning"
>;

const settings = [
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "stopSequences",
  "seed",
  "reasoning",
] as const;

const settingsOf = (options: LanguageModelV4CallOptions): Settings =>
  presentFields(Object.fromEntries(settings.map((name) => [name, options[name]])));

type Tools = NonNullable<LanguageModelV4CallOptions["tools"]>;
type Tool = NonNullable<GenerateTextInput["tools"]>[number];

const toolsOf = (tools: Tools): Tool[] =>
  tools.flatMap((tool) =>
    tool.type === "function"
      ? [
          {
            name: tool.name,
            inputSchema: JSON.parse(JSON.stringify(tool.inputSchema)),
            ...presentFields({ description: tool.description, strict: tool.strict }),
          },
        ]
      : [],
  );

const toolWarnings = (tools: Tools): SharedV4Warning[] =>
  tools.flatMap((tool): SharedV4Warning[] =>
    tool.type === "provider" && !isSearchTool(tool)
      ? [
          {
            type: "unsupported",
            feature: `tool ${tool.id}`,
            details: "Nexus carries functions of your own, and searches of the web.",
          },
        ]
      : [],
  );

const choiceOf = ({ toolChoice }: LanguageModelV4CallOptions): Pick<GenerateTextInput, "toolChoice"> => {
  if (toolChoice === undefined) return {};
  return { toolChoice: toolChoice.type === "tool" ? toolChoice : toolChoice.type };
};

const formatOf = ({ responseFormat }: LanguageModelV4CallOptions): Pick<GenerateTextInput, "responseFormat"> =>
  responseFormat?.type === "json" ? { responseFormat: JSON.parse(JSON.stringify(responseFormat)) } : {};

/** The AI SDK's request as the input of `ai.generateText` and `ai.streamText`. */
export const generateTextInputOf = (model: string, options: LanguageModelV4CallOptions): AskedText => {
  const tools = options.tools ?? [];
  const functions = toolsOf(tools);
  return {
    input: {
      model,
      messages: toMessages(options.prompt),
      ...settingsOf(options),
      ...(functions.length === 0 ? {} : { tools: functions, ...choiceOf(options) }),
      ...webSearchOf(options),
      ...formatOf(options),
      ...vendorOptionsOf(options),
    },
    warnings: toolWarnings(tools),
  };
};
